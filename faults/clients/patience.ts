/** Milliseconds that an application waits for its store before it listens without: it may be down for long. */
const PATIENCE = 1000

/** Waits for the work, but not for long. */
export async function withinPatience(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE)
  })
  await Promise.race([work, tooLong])
  clearTimeout(timer)
}
