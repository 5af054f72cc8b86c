import { activateIntegration, activateSource, addIntegration, addSource, goTo, inAccount, save, seeStatus, signUp, subscribe } from "../support/console";
import { Receiver } from "../support/receiver";
import { expect, test } from "../support/test";

test("a failing receiver is retried, and once it works a retry is delivered", async ({ page, request }) => {
  const receiver = await Receiver.start();
  receiver.status = 500;
  await signUp(page);
  await addIntegration(page, "Flaky", receiver.url);
  await page.getByLabel("Retries").selectOption("custom");
  await page.getByLabel("Delays in seconds").fill("1, 1");
  await save(page);
  await activateIntegration(page);
  await subscribe(page, "order.received", "Flaky");
  const url = await addSource(page, "Shop", `flaky-${Date.now()}`, "order.received");
  await activateSource(page);
  await request.post(url, { data: { number: 1 } });

  await goTo(page, inAccount(page, "activity/deliveries"));
  await page.getByRole("link", { name: "order.received" }).click();
  await seeStatus(page, "Failed");
  await expect(page.getByText("Attempt 3")).toBeVisible();
  await expect(page.getByText("Every try of its retry schedule was made.")).toBeVisible();

  receiver.status = 200;
  await page.getByRole("button", { name: "Retry" }).click();
  await seeStatus(page, "Delivered");
  await expect(page.getByText("Attempt 4")).toBeVisible();
  const ids = new Set(receiver.received.map((message) => message.headers["webhook-id"]));
  expect(ids.size, "every attempt carries the same webhook-id").toBe(1);
  await receiver.stop();
});

test("a bulk retry says what it is about, and is not to be confirmed where that is nothing", async ({ page, request }) => {
  const receiver = await Receiver.start();
  receiver.status = 500;
  await signUp(page);
  await addIntegration(page, "Flaky", receiver.url);
  await page.getByLabel("Retries").selectOption("none");
  await save(page);
  await activateIntegration(page);
  const integration = new URL(page.url()).pathname;
  await subscribe(page, "order.received", "Flaky");
  const url = await addSource(page, "Shop", `bulk-${Date.now()}`, "order.received");
  await activateSource(page);

  const deliveries = inAccount(page, "activity/deliveries");
  const dialog = page.getByRole("dialog", { name: "Retry these deliveries?" });
  const ask = async () => {
    await goTo(page, deliveries);
    await page.getByRole("button", { name: "Retry all failed" }).click();
  };
  await goTo(page, deliveries);
  await expect(page.getByText("No deliveries yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry all failed" })).toHaveCount(0);

  await request.post(url, { data: { number: 1 } });
  await goTo(page, deliveries);
  await page.getByRole("link", { name: "order.received" }).click();
  await seeStatus(page, "Failed");
  const delivery = new URL(page.url()).pathname;
  await ask();
  await expect(dialog.getByText("1 message to active integrations")).toBeVisible();

  await goTo(page, integration);
  const slider = page.getByRole("switch");
  await slider.click();
  await expect(slider).toHaveAttribute("aria-checked", "false");
  await ask();
  await expect(dialog.getByText("Nothing that these filters match can be retried")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Retry", exact: true })).toBeDisabled();

  await goTo(page, delivery);
  await expect(page.getByRole("button", { name: "Retry" })).toBeDisabled();
  await page.locator(".note").getByRole("link", { name: "Flaky" }).click();
  await activateIntegration(page);
  receiver.status = 200;
  await ask();
  await dialog.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(page.getByText("Trying 1 message again.")).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(2);
  await receiver.stop();
});
