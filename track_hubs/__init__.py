"""Track hubs, sessions and pages for the tracks of a scan, from a manifest. It knows nothing of the scanner.

>>> from track_hubs.render import render
>>> render("out")  # reads out/manifest.json; writes hub.txt, igv_session.xml, index.html, descriptions/
"""
