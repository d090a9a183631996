"""Swonkie's public API, version 2.

client          the calls
http            one request: credentials, and the translation of errors
request_bodies  our terms → Swonkie's
carried_fields  the platform fields that Swonkie has a place for
responses       Swonkie's terms → ours
paging          a whole list, however it is paged, or IncompleteList
list_calls      the calls that read a list
post_search     the posts with a marker, from as few pages as show them
list_order      where a search may end, because newer posts come first
narrowed_search a part of the list, by the filters that are documented
marker_search   our posts in a list, also if its rows do not show our markers
page_signs      what one page says about the next one
page_fields     the fields of a page that say it
page_names      the names of these fields
credentials     API id and keys, which may change
"""
