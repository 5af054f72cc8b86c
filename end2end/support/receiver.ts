// A receiver of webhooks on this machine, which answers what it is told to.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = { headers: Record<string, string | string[] | undefined>; body: string };

export class Receiver {
  readonly received: Received[] = [];
  /** What it answers from now on. */
  status = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        response.writeHead(receiver.status, { "content-type": "application/json" });
        response.end(JSON.stringify({ answered: receiver.status }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
