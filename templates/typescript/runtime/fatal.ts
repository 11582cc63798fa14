import { dieOfFatalErrors } from './process-life.js';

// Imported first, so that a function that can't even be loaded is told of like any other failure.
dieOfFatalErrors();
