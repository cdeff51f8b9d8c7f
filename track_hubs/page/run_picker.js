// Cards of the proteins on a run's page.
"use strict";

/** Show the card of a protein or hide it. Fetch its logo once, if the page has too many to hold them all. */
async function showCard(card, isShown) {
    card.hidden = !isShown;
    const place = card.querySelector("[data-logo]");
    if (!isShown || !place) return;
    const url = address(place.dataset.logo);
    place.removeAttribute("data-logo");
    const reply = await fetch(url).catch(() => null);
    if (!reply?.ok) return;
    const figure = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("figure.logo");
    if (figure) place.replaceWith(figure);
}
