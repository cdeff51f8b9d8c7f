// Elements, messages and numbers of a run's page, and the part of its address after `#`.
"use strict";

const number = new Intl.NumberFormat("en-GB");
const address = (path) => new URL(path, location.href).href;

const element = (id) => document.getElementById(id);

/** Create an element of SVG. */
function svgNode(name, attributes = {}, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
}

function say(text) {
    element("status").textContent = text;
}

/** Read position and proteins from the part of the address after `#`. */
function readHash() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return { locus: hash.get("locus"), names: hash.getAll("rbp") };
}
