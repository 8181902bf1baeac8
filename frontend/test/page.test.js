// The tests of what is drawn of a page in one process: a document for each takes longer than its tests.
import "./page/chats.js";
import "./page/columns.js";
import "./page/run_view.js";
import "./page/turns.js";
