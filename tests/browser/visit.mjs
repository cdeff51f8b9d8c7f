// A page in headless Chromium: a visit as JSON on standard input, what was seen as JSON on standard output.
// In: {chromium, url, width, height, seconds, answers, steps}. Answers are texts by address, given in place of what lies
// beyond this machine. A step is {run: JavaScript}, {until: JavaScript}, {click: JavaScript for [x, y]},
// {shot: path, whole: bool} or {download: JavaScript, to: path}.
// Out: {results: one for each step; messages: errors and warnings of the console; blocked: addresses beyond this machine,
// none of which is reached}. What the console says of a blocked address is left out.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync"];
const HERE = ["127.0.0.1", "localhost"];

const visit = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({ executablePath: visit.chromium, args: QUIET });
const messages = [], results = [], blocked = [];
try {
    const viewport = { width: visit.width, height: visit.height };
    const context = await browser.newContext({ viewport, acceptDownloads: true });
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
} catch (error) {
    messages.push(String(error));
} finally {
    await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5000))]); // a page that hangs
}
process.stdout.write(JSON.stringify({ results, messages, blocked }), () => process.exit());

async function take(page, step) {
    if (step.shot) return page.screenshot({ path: step.shot, fullPage: step.whole ?? false }).then(() => step.shot);
    if (step.click) return page.mouse.click(...await page.evaluate(step.click));
    if (step.until) return (await page.waitForFunction(step.until, null, { polling: 50 })).jsonValue();
    if (step.download) {
        const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(step.download)]);
        await download.saveAs(step.to);
        return download.suggestedFilename();
    }
    return page.evaluate(step.run);
}
