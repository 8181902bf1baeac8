export { turns as default } from "../../../bundle/main-OQUT7OCV.js";
