"""WordPress: a site's own REST API, with an application password of one of its users.

connect_form    how a person connects a site: its own page, or a typed password
authorization   the site's page that hands out a password
site            the address that a person typed → the site and its REST API
client          the calls
post_body       a draft → the fields of a post
content         a caption and files → blocks of the editor
html            texts as HTML: paragraphs, links
titles          the title of a post
marker_search   a marker → the posts that have it
terms           names of tags and categories → their ids
media           the files of a draft, in the site's library
uploads         the request for a file, and what its answer means
posts           a post in an answer → where it stands
profile         the account: a user of a site
http            one call, with the password
answers         an answer → the error that it means
credentials     the site, the user and the application password
carried_fields  the platform fields that WordPress has a place for
"""
