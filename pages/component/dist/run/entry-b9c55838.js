export { run as default } from "../../../bundle/main-7ZXJ2F5F.js";
