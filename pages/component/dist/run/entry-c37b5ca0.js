export { run as default } from "../../../bundle/main-OQUT7OCV.js";
