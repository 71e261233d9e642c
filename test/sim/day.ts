/** What a day goes wrong in. */
interface Failing {
  fail(kind: string, text: string): void;
}

/** Lives through a day; what it throws, and what is rejected meanwhile and nobody minds, are failures of its world. */
export async function liveThrough(world: Failing, live: () => Promise<void>): Promise<void> {
  const onRejection = (reason: unknown): void => world.fail("rejection", String(reason));
  process.on("unhandledRejection", onRejection);
  try {
    await live();
  } catch (error) {
    world.fail("threw", error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    process.off("unhandledRejection", onRejection);
  }
}
