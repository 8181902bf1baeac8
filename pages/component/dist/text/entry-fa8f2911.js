export { text as default } from "../../../bundle/main-GHJQLB6G.js";
