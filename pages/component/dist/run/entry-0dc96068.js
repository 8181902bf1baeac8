export { run as default } from "../../../bundle/main-7NEWVFZ4.js";
