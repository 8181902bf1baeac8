export { run as default } from "../../../bundle/main-A46MKYUS.js";
