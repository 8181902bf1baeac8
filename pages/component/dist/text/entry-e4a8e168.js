export { text as default } from "../../../bundle/main-QBJ6NVKT.js";
