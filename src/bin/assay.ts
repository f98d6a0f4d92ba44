#!/usr/bin/env node
/** The `assay` command: hands the arguments over and ends with the exit code. */
import { main } from '../cli/main.js';

// A reader that closes early (`assay runs | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
