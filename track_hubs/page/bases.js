// Colours of the bases in letters, logos and sequence, as `color.py` has them, told apart with any kind of colour vision.
"use strict";

const BASE_COLORS = { A: "#1e9678", C: "#3c3ce1", G: "#b47800", T: "#a50f2d", U: "#a50f2d", N: "#767676" };
