"""Live pages as documents: the row's own site, links from it, and what a search brings up.

connection  where a connection may go, how long it may take and how much it may bring
cache       what was fetched, kept on disk
fetch       one address: politeness, robots, redirects, revalidation
pages       what was fetched as a document, with its links
search      the search engines that can be configured
reading     one run's pages
"""
