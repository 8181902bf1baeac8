export { turns as default } from "../../../bundle/main-HKG7BK6N.js";
