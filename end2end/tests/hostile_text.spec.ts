import { activateIntegration, activateSource, addIntegration, addSource, goTo, inAccount, signUp, subscribe } from "../support/console";
import { Receiver } from "../support/receiver";
import { expect, test } from "../support/test";

const HOSTILE = "</script><script>window.broken=1</script><img src=x onerror=window.broken=1>";

test("markup in a name or a body is text on every page that shows it", async ({ page, request }) => {
  const receiver = await Receiver.start();
  await signUp(page);
  await addIntegration(page, HOSTILE, receiver.url);
  await activateIntegration(page);
  const integration = new URL(page.url()).pathname;
  await subscribe(page, "order.received", HOSTILE);
  const url = await addSource(page, HOSTILE, `hostile-${Date.now()}`, "order.received");
  await activateSource(page);
  const source = new URL(page.url()).pathname;
  expect((await request.post(url, { data: { note: HOSTILE } })).status()).toBe(200);
  await expect.poll(() => receiver.received.length).toBe(1);

  for (const path of [integration, source, inAccount(page, "integrations"), inAccount(page, "subscriptions/new")]) {
    await goTo(page, path);
    await expect(page.getByText(HOSTILE).first(), path).toBeAttached();
  }
  await goTo(page, source);
  await expect(page.getByRole("button", { name: "Map note" })).toContainText("</script>");
  for (const list of ["requests", "events", "deliveries"]) {
    await goTo(page, inAccount(page, `activity/${list}`));
    await page.locator("a[data-row]").first().click();
    await expect(page.locator("pre").filter({ hasText: "</script>" }).first(), list).toBeVisible();
    await goTo(page, page.url());
    await expect(page.locator("pre").filter({ hasText: "</script>" }).first(), `${list}, rendered by the server`).toBeAttached();
  }
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
  await receiver.stop();
});
