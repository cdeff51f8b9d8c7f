// Figures of the visible tracks of a run's page, as files.
"use strict";

const PNG_SCALE = 2; // pixels of the file for a pixel of the screen

/** Save the visible tracks as PNG. */
async function savePng(browser, fileName) {
    const source = URL.createObjectURL(new Blob([browser.toSVG()], { type: "image/svg+xml" }));
    const image = Object.assign(new Image(), { src: source });
    await image.decode();
    const { width, height } = browser.columnContainer.getBoundingClientRect();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: PNG_SCALE * width, height: PNG_SCALE * height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(PNG_SCALE, PNG_SCALE);
    context.drawImage(image, 0, 0);
    URL.revokeObjectURL(source);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: fileName });
    link.click();
    URL.revokeObjectURL(link.href);
}
