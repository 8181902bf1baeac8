export { run as default } from "../../../bundle/main-Z264IOOD.js";
