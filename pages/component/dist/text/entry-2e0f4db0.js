export { text as default } from "../../../bundle/main-A46MKYUS.js";
