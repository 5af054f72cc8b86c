// Opens every page at two widths in both themes and saves a picture of each into HOOKLOFT_SCREENSHOTS.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { activateIntegration, activateSource, addIntegration, addSource, alive, goTo, inAccount, signUp, subscribe } from "../support/console";
import { Receiver } from "../support/receiver";
import { addCustomer, beginDataSource, finishDataSource } from "../support/records";
import { expect, test } from "../support/test";

const folder = process.env.HOOKLOFT_SCREENSHOTS;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

// The page that is not there says 404, and Chromium writes that into its console.
test.use({ provoked: [404] });

test("every page, wide and narrow, light and dark", async ({ page, request }) => {
  test.skip(!folder, "HOOKLOFT_SCREENSHOTS names no folder");
  test.setTimeout(1_200_000);
  mkdirSync(folder!, { recursive: true });
  await takeAll(page, ["/sign-in", "/sign-up"], "outside");
  const receiver = await Receiver.start();
  await signUp(page);
  const start = page.url();
  const account = (path: string) => inAccount(page, path);
  await takeAll(page, ["", "activity/requests", "activity/events", "activity/deliveries", "integrations", "sources", "subscriptions", "customers", "modules", "data-sources", "settings/api-keys"].map(account), "empty");
  await addIntegration(page, "Order desk", receiver.url);
  await activateIntegration(page);
  const integration = new URL(page.url()).pathname;
  await addIntegration(page, "Warehouse", "https://warehouse.example.com/hooks");
  await subscribe(page, "order.*, customer.created", "Order desk");
  const subscription = new URL(page.url()).pathname;
  const url = await addSource(page, "Shop orders", `shop-${Date.now()}`, "order.received");
  const source = new URL(page.url()).pathname;
  await activateSource(page);
  for (let number = 0; number < 24; number += 1) {
    receiver.status = number % 6 === 5 ? 410 : 200;
    await request.post(url, { data: { number, customer: { id: `c-${number}`, name: "Ada Lovelace", tags: ["vip", "eu"] }, total: 12.5 * number } });
    if (number % 6 === 5) break;
  }
  await request.post(url, { data: Buffer.from("{'n':1}"), headers: { "content-type": "application/json" } });
  await request.put(url, { data: {} });
  await page.waitForTimeout(2_500);
  const first = async (list: string) => {
    await goTo(page, account(list));
    return (await page.locator("a[data-row]").first().getAttribute("href"))!;
  };
  const [requestPage, eventPage, deliveryPage] = [await first("activity/requests"), await first("activity/events"), await first("activity/deliveries")];
  await takeAll(page, [new URL(start).pathname, account("activity/requests"), account("activity/events"), account("activity/deliveries"), account("activity/deliveries?status=cancelled&type=none")], "full");
  await takeAll(page, [requestPage, `${requestPage}?tab=response`, `${requestPage}?tab=processing`, `${requestPage}?tab=filter`, eventPage, deliveryPage], "detail");
  await takeAll(page, [account("integrations"), account("integrations?create"), integration, `${integration}?tab=linked`, `${integration}?tab=deliveries`, `${integration}?tab=chart`], "integration");
  await takeAll(page, [account("sources"), account("sources?create"), source, `${source}/logs`, `${source}/history`, `${source}?tab=chart`], "source");
  await takeAll(page, [account("subscriptions"), account("subscriptions/new"), subscription], "subscription");
  await takeAll(page, [account("settings/team"), account("settings/team?create"), account("settings/api-keys"), account("settings/api-keys?create"), account("settings/profile"), account("settings/sessions"), account("settings/account"), account("nowhere")], "settings");
  await addCustomer(page, request, "C-1042");
  const points = new URL(page.url()).pathname;
  const customer = await first("customers");
  await takeAll(page, [points, account("customers"), account("customers/new"), customer, ...["events", "notes", "edit"].map((tab) => `${customer}?tab=${tab}`)], "customer");
  const feed = await beginDataSource(page, "Subscribers");
  const waiting = new URL(page.url()).pathname;
  await takeAll(page, [account("data-sources?create"), waiting], "data-source");
  await goTo(page, waiting);
  const people = ["Ada", "Bob", "Eve"].map((name, number) => ({ id: `s-${number}`, email: `${name.toLowerCase()}@example.com`, city: number ? "Bonn" : "Rome", spent: 12.5 * number }));
  await request.post(feed, { data: people[0] });
  const module = await finishDataSource(page, "id", "email");
  await request.post(feed, { data: people });
  await goTo(page, module);
  const item = (await page.locator("a[data-row]").first().getAttribute("href"))!;
  await takeAll(page, [account("data-sources"), waiting, account("modules"), account("modules?create"), module, item, ...["fields", "webhooks"].map((tab) => `${module}/settings?tab=${tab}`), `${module}/webhooks/new`], "module");
  await takeAll(page, [account("catalogue"), account("catalogue/new"), account("catalogue/events/point_add"), account("customer-form"), account("customer-form/lists/new")], "administration");
  await receiver.stop();
});

async function takeAll(page: import("@playwright/test").Page, paths: string[], group: string) {
  for (const [index, path] of paths.entries()) {
    await page.goto(path);
    await alive(page);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expectNoSidewaysScroll(page, path, size.width);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        const tail = path.replace(/^\/a\/[^/]+/, "").replace(/[0-9a-f-]{36}/g, "id").replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");
        const name = `${group}-${String(index).padStart(2, "0")}-${tail || "overview"}-${size.width}-${theme}.png`;
        await page.screenshot({ path: join(folder!, name), fullPage: true, animations: "disabled" });
      }
    }
    await page.setViewportSize(SIZES[0]);
  }
}

async function expectNoSidewaysScroll(page: import("@playwright/test").Page, path: string, width: number) {
  const needed = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(needed, `${path} at ${width} px`).toBeLessThanOrEqual(width);
}
