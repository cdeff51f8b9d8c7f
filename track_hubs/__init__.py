"""Build track hubs, IGV sessions and web pages from the manifest of a scan.

It depends on nothing in `ideep_scan`, and a test makes sure of that. `ideep_scan` may import `track_hubs`.

    from track_hubs.render import render
    render("out")  # reads out/manifest.json; writes hub.txt, igv_session.xml, index.html, descriptions/
"""
