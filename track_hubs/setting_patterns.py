"""Settings of hubs that this package writes, with a pattern for the values of each.

Source: UCSC's Hub Track Database Definition (v3), which has more settings than these.
Add a setting here with its pattern when it is needed; the check of a hub reports all others as misspelled.
"""

from __future__ import annotations

import re

_ANY, _ON = r".+", "on"
_URL = r"\S+"  # a space is written as %20
_ON_OFF = r"on|off"
_NUMBER = r"-?\d+(\.\d+)?([eE]-?\d+)?"
_COLOR = r"\d{1,3},\d{1,3},\d{1,3}"

HUB = {
    "hub": r"\S+",
    "shortLabel": _ANY,
    "longLabel": _ANY,
    "useOneFile": _ON,
    "email": r"\S+@\S+|none",
    "descriptionUrl": _URL,
}
GENOME = {
    "genome": r"\S+",
    "description": _ANY,
    "twoBitPath": _URL,
    "chromSizes": _URL,
    "organism": _ANY,
    "scientificName": _ANY,
    "defaultPos": r"\S+:\d+-\d+",
    "htmlPath": _URL,
    "groups": _URL,
    "orderKey": r"\d+",
}
TRACK = {
    "track": r"\S+",
    "parent": r"\S+( on| off)?",
    "superTrack": r"on( show)?",
    "compositeTrack": _ON,
    "container": "multiWig",
    "view": r"\w+",
    "type": r"bigWig( \S+ \S+)?|bigBed \d+ [+.]|bed 3",
    "shortLabel": _ANY,
    "longLabel": _ANY,
    "bigDataUrl": _URL,
    "html": _URL,
    "visibility": r"hide|dense|squish|pack|full",
    "priority": _NUMBER,
    "color": _COLOR,
    "altColor": _COLOR,
    "itemRgb": _ON_OFF,
    "aggregate": r"transparentOverlay|solidOverlay|stacked|none",
    "showSubtrackColorOnUi": _ON_OFF,
    "windowingFunction": r"maximum|mean|mean\+whiskers|minimum",
    "viewLimits": rf"{_NUMBER}:{_NUMBER}",
    "autoScale": r"on|off|group",
    "maxHeightPixels": r"\d+:\d+:\d+",
    "negateValues": _ON_OFF,
    "logo": _ON,
    "thickDrawItem": _ON_OFF,
    "mouseOver": _ANY,
    "searchIndex": _ANY,
    "searchTrix": _URL,
    "dimensions": r"dim[A-Z]=\w+( dim[A-Z]=\w+)*",
    "filterComposite": r"dim[A-C](=one)?( dim[A-C](=one)?)*",
    "sortOrder": r"\w+=[+-]( \w+=[+-])*",
    "subGroups": r"\w+=\w+( \w+=\w+)*",
}
#: Families of settings, such as `filter.score`: pattern of the name, pattern of the value.
FAMILIES = {
    r"subGroup\d": r"\w+ \S+( \w+=\S+)+",
    r"filter\.\w+": rf"{_NUMBER}(:{_NUMBER})?",
    r"filterByRange\.\w+": _ON_OFF,
    r"filterLimits\.\w+": rf"{_NUMBER}:{_NUMBER}",
    r"filterLabel\.\w+": _ANY,
    r"filterText\.\w+": _ANY,
    r"filterValues\.\w+": _ANY,
}


def accepts(setting: str, patterns: dict[str, str], value: str) -> bool | None:
    """Tell whether a setting accepts a value.

    Parameters
    ----------
    setting : str
        Name of the setting.
    patterns : dict of str to str
        `HUB`, `GENOME` or `TRACK`.
    value : str
        The value.

    Returns
    -------
    bool or None
        None if the setting is unknown.

    Examples
    --------
    >>> accepts("visibility", TRACK, "full"), accepts("visibility", TRACK, "open"), accepts("visible", TRACK, "full")
    (True, False, None)
    """
    pattern = patterns.get(setting)
    if pattern is None and patterns is TRACK:
        pattern = next((values for family, values in FAMILIES.items() if re.fullmatch(family, setting)), None)
    return None if pattern is None else re.fullmatch(pattern, value) is not None


def column_of(setting: str) -> str | None:
    """Return the column that a setting like `filter.score` names, or None."""
    family, dot, column = setting.partition(".")
    return column if dot and family.startswith("filter") else None
