// Light and dark of a run's page: as the system has it, until the user chooses.
"use strict";

const THEMES = { light: "dark", dark: "light" }; // each with the other one
const THEME_KEY = "ideep-scan theme";

/** Apply the theme that the user chose in this browser. */
function restoreTheme() {
    try {
        const theme = localStorage.getItem(THEME_KEY);
        if (theme in THEMES) document.documentElement.dataset.theme = theme;
    } catch (error) {
        console.debug(`the theme is not kept: ${error.message}`); // the browser forbids it
    }
}

/** Return the theme of the page. */
function currentTheme() {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    return document.documentElement.dataset.theme ?? (isDark ? "dark" : "light");
}

/** Create the button that switches the theme. */
function themeButton() {
    const button = Object.assign(document.createElement("button"), { id: "theme", type: "button" });
    const describe = () => { button.textContent = `${THEMES[currentTheme()]} page`; };
    button.addEventListener("click", () => {
        const theme = THEMES[currentTheme()];
        document.documentElement.dataset.theme = theme;
        try {
            localStorage.setItem(THEME_KEY, theme);
        } catch (error) {
            console.debug(`the theme is not kept: ${error.message}`);
        }
        describe();
    });
    describe();
    return button;
}
