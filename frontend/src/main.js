// The components that Streamlit mounts; build.mjs writes an entry for each.
import { loadStyle } from "./style_sheets.js";

export { GrowingText } from "./markdown/index.js";
export { price } from "./composer/typed_price.js";
export { chats } from "./chats/chats_component.js";
export { text } from "./texts/text_component.js";
export { run } from "./run_component.js";
export { turns } from "./turns/turns_component.js";

await loadStyle(STYLE_FILE); // before anything is drawn
