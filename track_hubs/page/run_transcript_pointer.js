// Mouse in the drawing of a transcript: drag, wheel, clicks on the heat map, and what is under the pointer.
"use strict";

class TranscriptPointer {
    constructor(view) {
        this.view = view;
        this.hasMoved = false;
        const on = (event, action) => view.part("drawing").addEventListener(event, action);
        on("wheel", (event) => this.handleWheel(event));
        on("pointerdown", (event) => this.startDrag(event));
        on("pointermove", (event) => this.hover(event));
        on("pointerleave", () => { view.part("point").innerHTML = "&nbsp;"; });
        on("click", (event) => this.toggleRow(event));
    }

    handleWheel(event) {
        if (!this.view.data || !(event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) return;
        event.preventDefault();
        if (event.ctrlKey) this.view.zoom(Math.exp(-event.deltaY / 300), this.column(event));
        else this.view.pan(event.deltaX);
    }

    /** Return the pixel of the drawing at which an event was. */
    column(event) {
        return event.clientX - this.view.part("drawing").getBoundingClientRect().left - this.view.picture.left;
    }

    startDrag(event) {
        if (!this.view.data || event.button || event.target.closest(".site")) return;
        const from = event.clientX, offset = this.view.layout.offset, column = this.column(event);
        this.hasMoved = false;
        const isRuler = event.clientY - this.view.part("drawing").getBoundingClientRect().top < 76;
        const move = ({ clientX }) => {
            if (isRuler) return this.mark(column, column + clientX - from);
            this.view.layout.moveTo(offset + from - clientX);
            return this.view.draw();
        };
        const stop = ({ clientX }) => {
            window.removeEventListener("pointermove", move);
            if (Math.abs(clientX - from) < 4) return;
            this.hasMoved = true;
            if (isRuler) {
                const places = [column, column + clientX - from].sort((a, b) => a - b).map((x) => this.view.layout.place(Math.min(Math.max(x, 0), this.view.layout.width)));
                const middle = (places[0] + places[1]) / 2, half = Math.max(FEWEST_BASES, places[1] - places[0]) / 2;
                this.view.layout.show(Math.max(0, middle - half), Math.min(this.view.data.end - this.view.data.start, middle + half));
            }
            this.view.redraw();
        };
        window.addEventListener("pointermove", move);
        window.addEventListener("pointerup", stop, { once: true });
    }

    mark(from, to) {
        const [left, right] = [from, to].sort((a, b) => a - b).map((x) => x + this.view.picture.left);
        this.view.marker.setAttribute("d", `M${left} 30H${right}V${this.view.picture.height}H${left}z`);
        this.view.marker.setAttribute("fill", "#2a6fb0");
        this.view.marker.setAttribute("fill-opacity", 0.15);
    }

    /** Return the protein whose row of the heat map an event was at; undefined if there is none. */
    heatRow(event) {
        const y = event.clientY - this.view.part("drawing").getBoundingClientRect().top - (this.view.picture?.heatTop ?? Infinity);
        return this.view.picture?.heat[Math.floor(y / DRAWN.heat)];
    }

    /** Open or close a row of its own for the protein whose row of the heat map was clicked. */
    async toggleRow(event) {
        const group = this.heatRow(event);
        if (!group || this.hasMoved) return;
        await this.view.page.toggle(group);
        await this.view.refresh();
        this.view.page.address?.();
    }

    hover(event) {
        if (!this.view.picture || event.buttons) return;
        const x = this.column(event);
        if (x < 0 || x > this.view.layout.width) return;
        const place = Math.floor(this.view.layout.place(x)), at = this.view.layout.x(place) + this.view.picture.left + this.view.layout.scale / 2;
        this.view.marker.setAttribute("d", `M${this.view.layout.scale > 2 ? at : x + this.view.picture.left} 30V${this.view.picture.height - 18}`);
        const row = this.heatRow(event);
        const scores = (row ? [row] : this.view.openGroups()).map((group) => `${group.name} ${this.view.picture.scoreAt(group, place + 0.5)?.toFixed(2) ?? "not scored"}`);
        const letter = this.view.letters.get(place);
        this.view.part("point").textContent = [this.view.picture.numbers.describe(place), ...(letter ? [letter] : []), ...scores].join(" · ");
    }
}
