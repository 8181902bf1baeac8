export { text as default } from "../../../bundle/main-THYUQZUC.js";
