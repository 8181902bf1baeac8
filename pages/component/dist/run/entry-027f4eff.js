export { run as default } from "../../../bundle/main-THYUQZUC.js";
