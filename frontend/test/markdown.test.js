// The tests of src/markdown in one process: a document for each takes longer than its tests.
import "./markdown/copying.js";
import "./markdown/crafted.js";
import "./markdown/growing_text.js";
import "./markdown/marked_texts.js";
import "./markdown/plain_text.js";
import "./markdown/reading.js";
