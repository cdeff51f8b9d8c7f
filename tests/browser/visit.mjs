// Visits of pages in headless Chromium, whose path is the one argument: each a line of JSON on standard input, and what
// was seen a line on standard output. Visits share the browser and nothing else.
// In: {url, width, height, dark, seconds, answers, steps}. Answers are texts by address, given in place of what lies beyond
// this machine. A step is {run: JavaScript}, {until: JavaScript}, {click: JavaScript for [x, y]},
// {shot: path, whole: bool}, {press: key}, {download: JavaScript, to: path} or {access: selectors to leave out}.
// Out: {results: one for each step; messages: errors and warnings of the console; blocked: addresses beyond this
// machine, none of which is reached}. What the console says of a blocked address is left out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync"];
const HERE = ["127.0.0.1", "localhost"];

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

const after = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const late = (seconds) => after(seconds).then(() => { throw new Error("took too long"); });

const browser = await chromium.launch({ executablePath: process.argv[2], args: QUIET });
for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await see(JSON.parse(line)))}\n`);
}
await browser.close();
process.exit(); // timers still run

async function see(visit) {
    const seen = { results: [], messages: [], blocked: [] };
    const viewport = { width: visit.width, height: visit.height };
    const context = await browser.newContext({ viewport, acceptDownloads: true, colorScheme: visit.dark ? "dark" : "light" });
    try {
        await Promise.race([walk(context, visit, seen), late(visit.seconds)]);
    } catch (error) {
        seen.messages.push(String(error));
    }
    await Promise.race([context.close(), after(5)]); // a page that hangs is left to itself
    return seen;
}

async function walk(context, visit, { results, messages, blocked }) {
    await context.route((url) => url.protocol.startsWith("http") && !HERE.includes(url.hostname), (route) => {
        const url = route.request().url(), body = visit.answers[url];
        if (body !== undefined) return route.fulfill({ body, headers: { "Access-Control-Allow-Origin": "*" } });
        blocked.push(url);
        return route.abort();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(visit.seconds * 1000);
    page.on("console", (message) => {
        const { url } = message.location();
        if (["error", "warning"].includes(message.type()) && !blocked.includes(url)) messages.push(message.text());
    });
    page.on("pageerror", (error) => messages.push(String(error)));
    await page.goto(visit.url);
    for (const step of visit.steps) results.push(await take(page, step));
}

// Not waitForFunction: it evaluates text inside the page, which the pages' Content-Security-Policy forbids.
async function until(page, script) {
    for (;;) {
        const value = await page.evaluate(script);
        if (value) return value;
        await after(0.05);
    }
}

// Rules of accessibility that the page breaks, as axe-core finds them; elements of foreign parts are left out.
async function access(page, excluded) {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate((exclude) => axe.run({ exclude }), excluded.map((part) => [part]));
    return violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.slice(0, 4).map(({ target, html }) => `${target.join(" ")} ${html.slice(0, 160)}`).join("; ")}`);
}

async function take(page, step) {
    if (step.shot) return page.screenshot({ path: step.shot, fullPage: step.whole ?? false }).then(() => step.shot);
    if (step.click) return page.mouse.click(...await page.evaluate(step.click));
    if (step.access) return access(page, step.access);
    if (step.press) return page.keyboard.press(step.press);
    if (step.until) return until(page, step.until);
    if (step.download) {
        const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(step.download)]);
        await download.saveAs(step.to);
        return download.suggestedFilename();
    }
    return page.evaluate(step.run);
}
