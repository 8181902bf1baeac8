export { run as default } from "../../../bundle/main-BTIYWQCR.js";
