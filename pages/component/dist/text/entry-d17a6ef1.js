export { text as default } from "../../../bundle/main-BTIYWQCR.js";
