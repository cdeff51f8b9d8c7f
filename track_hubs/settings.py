"""The settings that a hub of ours uses, and what may stand in them. It reads no hub.

From UCSC's Hub Track Database Definition (v3). A setting that is not here may be one of UCSC's all the same: add it
with the values it takes, so that a slip of the pen in the others is still found.
"""

from __future__ import annotations

import re

_ANY, _ON = r".+", "on"
_URL = r"\S+"  # a blank is %20
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
    "thickDrawItem": _ON_OFF,
    "mouseOver": _ANY,
    "searchIndex": _ANY,
    "searchTrix": _URL,
    "dimensions": r"dim[A-Z]=\w+( dim[A-Z]=\w+)*",
    "filterComposite": r"dim[A-C](=one)?( dim[A-C](=one)?)*",
    "sortOrder": r"\w+=[+-]( \w+=[+-])*",
    "subGroups": r"\w+=\w+( \w+=\w+)*",
}
#: Settings of one name for many: the part before the dot or the number, and the value. `filter.score` is such a one.
FAMILIES = {
    r"subGroup\d": r"\w+ \S+( \w+=\S+)+",
    r"filter\.\w+": rf"{_NUMBER}(:{_NUMBER})?",
    r"filterLimits\.\w+": rf"{_NUMBER}:{_NUMBER}",
    r"filterLabel\.\w+": _ANY,
    r"filterText\.\w+": _ANY,
    r"filterValues\.\w+": _ANY,
}


def takes(setting: str, known: dict[str, str], value: str) -> bool | None:
    """Whether a setting of `HUB`, `GENOME` or `TRACK` takes a value; None for one that is not known there."""
    values = known.get(setting)
    if values is None and known is TRACK:
        values = next((values for family, values in FAMILIES.items() if re.fullmatch(family, setting)), None)
    return None if values is None else re.fullmatch(values, value) is not None


def field_of(setting: str) -> str | None:
    """The column that a setting like `filter.score` is about, or None."""
    family, dot, field = setting.partition(".")
    return field if dot and family.startswith("filter") else None
