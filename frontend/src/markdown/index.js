// Renders Markdown that others wrote, finished or still growing, safely.
export { GrowingText } from "./growing_text.js";
