export { run as default } from "../../../bundle/main-7CMUT3LA.js";
