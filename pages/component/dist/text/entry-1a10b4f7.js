export { text as default } from "../../../bundle/main-YZYZ4U4A.js";
