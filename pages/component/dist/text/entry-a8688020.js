export { text as default } from "../../../bundle/main-7NEWVFZ4.js";
