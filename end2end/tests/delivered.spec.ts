import { activateIntegration, activateSource, addIntegration, addSource, goTo, inAccount, seeStatus, signUp, subscribe } from "../support/console";
import { Receiver } from "../support/receiver";
import { expect, test } from "../support/test";

test("sign up, integration, source, activate, send: it is delivered", async ({ page, request }) => {
  const receiver = await Receiver.start();
  await signUp(page);
  await addIntegration(page, "Order desk", receiver.url);
  await activateIntegration(page);
  const integration = new URL(page.url()).pathname;
  await subscribe(page, "order.*", "Order desk");
  const url = await addSource(page, "Shop", `shop-${Date.now()}`, "order.received");
  await activateSource(page);
  const source = new URL(page.url()).pathname;
  await expect(page.getByText("Waiting for your first request…")).toBeVisible();

  const answer = await request.post(url, { data: { number: 7, customer: "Ada" } });
  expect(answer.status()).toBe(200);
  expect(await answer.json()).toEqual({ ok: true });
  await expect(page.getByText("Waiting for your first request…")).toBeHidden();
  await expect.poll(() => receiver.received.length).toBe(1);
  const message = JSON.parse(receiver.received[0].body);
  expect(message).toMatchObject({ type: "order.received", data: { number: 7, customer: "Ada" } });
  expect(receiver.received[0].headers["webhook-signature"]).toMatch(/^v1,/);

  await goTo(page, inAccount(page, "activity/requests"));
  await expect(page.getByRole("row").filter({ hasText: "Shop" })).toContainText("Accepted");
  await goTo(page, inAccount(page, "activity/deliveries"));
  await page.getByRole("link", { name: "order.received" }).click();
  await seeStatus(page, "Delivered");
  await expect(page.getByText("Attempt 1")).toBeVisible();

  // Tabs that load something of their own have addresses, too.
  await goTo(page, `${integration}?tab=deliveries`);
  await expect(page.getByRole("row").filter({ hasText: "order.received" })).toContainText("Delivered");
  await goTo(page, `${integration}?tab=chart`);
  await expect(page.getByRole("group", { name: /1 attempts: 1 delivered/ })).toBeVisible();
  await goTo(page, `${source}?tab=chart`);
  await expect(page.getByRole("group", { name: /1 requests: 1 accepted/ })).toBeVisible();
  await receiver.stop();
});

test("D29: an integration that nothing was ever sent to says so until a test passes", async ({ page }) => {
  const receiver = await Receiver.start();
  await signUp(page);
  await addIntegration(page, "Untried", receiver.url);
  await activateIntegration(page);
  const warning = page.getByText("No event was delivered to it yet.");
  await expect(warning).toBeVisible();
  await page.getByRole("button", { name: "Test" }).click();
  const report = page.getByRole("dialog", { name: "Test" });
  await expect(report.getByText("Accepted", { exact: true })).toBeVisible();
  await report.getByRole("button", { name: "Close" }).first().click();
  await expect(warning).toHaveCount(0);
  await receiver.stop();
});
