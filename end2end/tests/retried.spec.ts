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
