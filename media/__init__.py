"""Media files: their types, safe access to their URLs, and the storage of callers' own files.

file_types      what a file is, by its first bytes (pure)
iso_files       videos and photos in boxes, by their brands (pure)
archives        Office files, by the members of their archive (pure)
old_office      Office files of the old kinds, by their streams (pure)
disk_space      how much may still be written to a disk
graphemes       cuts names and other texts between graphemes (pure)
user_agent      how we name ourselves to the servers of media
urls            which URLs and addresses may be fetched (pure)
name_lookup     looks up names that strangers chose, with a deadline
safe_transport  an HTTP transport that connects to public addresses only
one_use_transport  its connections, each for one request
stored_urls     internal URLs of stored files (pure)
object_storage  stored files, in a folder or an S3 bucket
open_storage    opens the storage that the settings describe
"""
