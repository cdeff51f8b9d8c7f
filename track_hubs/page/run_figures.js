// Figures of a run's page as files: the visible tracks, and drawings.
"use strict";

const PNG_SCALE = 2; // pixels of the file for a pixel of the screen

/** Save the visible tracks as PNG. */
async function savePng(browser, fileName) {
    const { width, height } = browser.columnContainer.getBoundingClientRect();
    saveFile(await renderPng(browser.toSVG(), width, height), fileName);
}

/** Save a drawing, an SVG element, as "svg" or "png". Elements of the class `screen` are left out. */
async function saveDrawing(drawing, name, kind) {
    if (!drawing) return;
    const copy = drawing.cloneNode(true), { width, height } = drawing.viewBox.baseVal;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.querySelectorAll(".screen").forEach((node) => node.remove());
    const text = new XMLSerializer().serializeToString(copy);
    saveFile(kind === "png" ? await renderPng(text, width, height) : new Blob([text], { type: "image/svg+xml" }), `${name}.${kind}`);
}

/** Render the text of an SVG on white. */
async function renderPng(text, width, height) {
    const source = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    const image = Object.assign(new Image(), { src: source });
    await image.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: PNG_SCALE * width, height: PNG_SCALE * height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(PNG_SCALE, PNG_SCALE);
    context.drawImage(image, 0, 0);
    URL.revokeObjectURL(source);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function saveFile(blob, fileName) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: fileName });
    link.click();
    URL.revokeObjectURL(link.href);
}
