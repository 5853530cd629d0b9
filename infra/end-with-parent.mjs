/**
 * Preloaded into what bootstrap.mjs starts: when bootstrap is killed, the channel to it closes, and
 * this process stops in good order as if it had been asked to.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
