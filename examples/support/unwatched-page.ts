import type { Browser, CDPSession } from "playwright-core";

/** What a page answers to a request of the protocol of its developer tools. */
interface Answer {
  readonly id: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result: { readonly value: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

/**
 * A page that is told what to run, and not watched: Playwright's own pages report every message of a WebSocket to it, at
 * many times of what the message takes.
 */
export class UnwatchedPage {
  private last = 0;

  private constructor(
    private readonly browser: CDPSession,
    private readonly targetId: string,
    private readonly sessionId: string,
  ) {}

  /** @param global what its script defines when it is there. */
  static async open(chromium: Browser, url: string, global: string): Promise<UnwatchedPage> {
    const browser = await chromium.newBrowserCDPSession();
    const { targetId } = await browser.send("Target.createTarget", { url });
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: false });
    const page = new UnwatchedPage(browser, targetId, sessionId);
    await page.loaded(global);
    return page;
  }

  /** Shows this page, and so hides the one that was shown. */
  async show(): Promise<void> {
    await this.browser.send("Target.activateTarget", { targetId: this.targetId });
  }

  /** A page that is being opened forgets what it was asked before its address was known: it is asked until its script is there. */
  private async loaded(global: string): Promise<void> {
    while ((await this.run(`typeof ${global}`).catch(() => "undefined")) === "undefined");
  }

  /** What `expression` resolves to. */
  async run(expression: string): Promise<unknown> {
    const id = ++this.last;
    const answer = new Promise<Answer>((resolve) => {
      const take = ({ sessionId, message }: { sessionId: string; message: string }): void => {
        const found = JSON.parse(message) as Answer;
        if (sessionId !== this.sessionId || found.id !== id) return;
        this.browser.off("Target.receivedMessageFromTarget", take);
        resolve(found);
      };
      this.browser.on("Target.receivedMessageFromTarget", take);
    });
    const params = { expression, awaitPromise: true, returnByValue: true };
    const message = JSON.stringify({ id, method: "Runtime.evaluate", params });
    await this.browser.send("Target.sendMessageToTarget", { sessionId: this.sessionId, message });
    const { error, result } = await answer;
    const failure = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (failure !== undefined) throw new Error(failure);
    return result?.result.value;
  }
}
