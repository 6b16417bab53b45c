/** Every call of the server. Generated from its OpenAPI document by `npm run generate`. */
import { oazapfts, query as QS } from './runtime.js'
import type * as Oazapfts from './runtime.js'
export type GetCustomerCouponsAnswer = {
    entity: {
        pagination: {
            limit: string;
            offset: string;
            total: number;
        };
        /** ISO 4217 currency of the amounts; null: the organisation states none. With include=discount. */
        currency?: string | null;
        customers: {
            firstname: string;
            lastname: string;
            email?: string;
            mobile?: string;
            id: number;
            externalId?: string;
            coupons: {
                code: string;
                seriesId: number;
                description: string;
                /** Midnight of the last day. */
                validTill: string;
                /** ABS or PERC. */
                discountType: string;
                discountValue: number;
                /** 0: no cap. */
                discountUpto: number;
                /** Redemptions that stand. */
                redemptionCount: number;
                /** By the limits alone; -1: no limit. */
                redemptionsLeft: number;
                id: number;
                /** When it was issued. */
                createdDate: string;
                /** The same, with include=iso. */
                createdDateISO?: string;
                /** The transaction it was issued with; 0: none. */
                transactionNumber: string;
                issuedAt?: {
                    code: string;
                    name: string;
                };
                customProperty?: {
                    name: string;
                    value: string;
                }[];
                redemptions: {
                    id: number;
                    /** When it was redeemed. */
                    date: string;
                    /** The same, with include=iso. */
                    dateISO?: string;
                    /** Empty: none. */
                    transactionNumber: string;
                    redeemedAt?: {
                        code: string;
                        name: string;
                    };
                    /** The discount on the bill, such as "50.00"; null: unknown. With include=discount. */
                    discountAmount?: string | null;
                    /** The sum of its returns, without a reversal; omitted: nothing was returned. With include=discount. */
                    discountReturned?: string;
                    /** The latest return, with discountReturned. */
                    returnedOn?: string;
                    /** Each return, in order; omitted: there is none. With include=discount. */
                    returns?: {
                        /** The returned amount, such as "4.00"; "0.00": only the use. */
                        amount: string;
                        /** The instant of the return. */
                        returnedOn: string;
                        /** Whether the use was returned with it. */
                        useReturned: boolean;
                    }[];
                }[];
                reversedRedemptions: {
                    id: number;
                    /** When it was redeemed. */
                    date: string;
                    /** The same, with include=iso. */
                    dateISO?: string;
                    /** When it was taken back. */
                    reversedOn: string;
                    /** Empty: none. With include=reversedTransactionNumber. */
                    transactionNumber?: string;
                    redeemedAt?: {
                        code: string;
                        name: string;
                    };
                    /** The discount on the bill, such as "50.00"; null: unknown. With include=discount. */
                    discountAmount?: string | null;
                    /** The sum of its returns, without a reversal; omitted: nothing was returned. With include=discount. */
                    discountReturned?: string;
                    /** The latest return, with discountReturned. */
                    returnedOn?: string;
                    /** Each return, in order; omitted: there is none. With include=discount. */
                    returns?: {
                        /** The returned amount, such as "4.00"; "0.00": only the use. */
                        amount: string;
                        /** The instant of the return. */
                        returnedOn: string;
                        /** Whether the use was returned with it. */
                        useReturned: boolean;
                    }[];
                    /** What is still off the bill, where the use alone was given back; left out: nothing. With include=discount. */
                    discountKept?: string;
                }[];
                /** The last instant at which it works. */
                validTillDateTime: string;
                /** With include=customer. */
                customer?: {
                    id: number;
                    firstname: string;
                    lastname: string;
                };
                /** Would it be redeemed now? With include=redemptionStatus. */
                redemptionStatus?: {
                    status: boolean;
                    message: string;
                    code: number;
                    /** The code in calls of /till/v1, where the contract has none for the rule. */
                    ownCode?: number;
                };
            }[];
        }[];
    };
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type FindCouponsAnswer = {
    data: {
        code: string;
        seriesId: number;
        description: string;
        /** NO_VALUE: none. */
        discountCode: string;
        /** Midnight of the last day. */
        validTill: string;
        /** The last instant at which it works. */
        validTillDateTime: string;
        /** ABS or PERC. */
        discountType: string;
        discountValue: number;
        /** 0: no cap. */
        discountUpto: number;
        discountOn: "BILL";
        detailedInfo: string;
        couponIssualDetails?: {
            sourceType?: string;
            sourceId?: string;
            sourceActivity?: string;
            notes?: string;
            reason?: string;
        };
        couponSeries?: {
            customPropertyMap?: {
                [key: string]: string;
            };
            id: number;
            orgId: number;
            description: string;
            /** NO_VALUE: none. */
            discountCode: string;
            /** Midnight of the last day. */
            validTillDate: string;
            /** The last instant. */
            validTillDateTime: string;
            /** The last day, yyyy-MM-dd. */
            validTillISODate: string;
            validDaysFromCreation: number;
            /** -1: none. */
            expiryStrategyValue: number;
            /** -1: none. */
            maxCreate: number;
            /** -1: none. */
            maxRedeem: number;
            isTransferrable: false;
            anyUser: boolean;
            sameUserMultipleRedeem: boolean;
            isReferralExistingUsersAllowed: boolean;
            isMultipleUseAllowed: boolean;
            isValidationRequired: boolean;
            isValidWithDiscountedItem: boolean;
            /** The till; -1: none. */
            createdBy: number;
            numIssued: number;
            numRedeemed: number;
            /** When it was created. */
            createdOn: string;
            /** When it was last saved. */
            lastUsed: string;
            seriesCode: string;
            smsTemplate: string;
            isSMSDisabled: boolean;
            info: string;
            isMultipleVouchersPerUserAllowed: boolean;
            doNotResendExistingVoucher: boolean;
            /** A list as JSON. */
            mutualExclusiveSeriesIds: string;
            storeIdsJson: "[-1]";
            isDvsEnabled: false;
            /** The day on which it was last saved. */
            dvsExpiryDate: string;
            priority: 0;
            shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
            /** -1: none. */
            maxVouchersPerUser: number;
            /** -1: none. */
            minDaysBetweenVouchers: number;
            /** -1: none. */
            maxReferralsPerReferee: number;
            /** 0: no cap. */
            discountUpto: number;
            discountValue: number;
            dvsItems: "items";
            redemptionRange: {
                /** [-1]: any. */
                dom: number[];
                /** [-1]: any. */
                dow: number[];
                /** [-1]: any. */
                hours: number[];
            };
            /** -1: none. */
            minBillAmount: number;
            /** -1: none. */
            maxBillAmount: number;
            redeemAtStore: "[-1]";
            campaignId: -1;
            tag: string;
            /** -1: none. */
            maxRedemptionsInSeriesPerUser: number;
            /** -1: none. */
            minDaysBetweenRedemption: number;
            /** Midnight of the first day; without one, of the day it was last saved. */
            redemptionValidFrom: string;
            sourceOrgId: -1;
            issueToLoyalty: false;
            redeemStoreType: "redeemable_stores";
            offlineRedeemType: false;
            isOldFlowEnabled: false;
            isPreRedeemEventRequired: false;
            termsAndConditions: "T&C";
            signalRedemptionEvent: false;
            syncToClient: false;
            showPinCode: false;
            targetUserDetails?: {
                validMaxUserTransactionLimit?: number;
                validUserRegistrationStartTime?: number;
                validUserRegistrationEndTime?: number;
            };
            numUploadedNonIssued: number;
            numUploadedTotal: number;
            redemptionValidAfterDays: number;
            ownedBy: "NONE";
            ownerId: -1;
            ownerValidity: 0;
            alphaNumeric: boolean;
            shortCodeLength: 0;
            randomCodeLength: number;
            /** Midnight of the last day, epoch milliseconds. */
            fixedExpiryDate: number;
            /** maxCreate. */
            numTotal: number;
            /** Epoch milliseconds; 0: never. */
            latestIssualTime: number;
            /** Epoch milliseconds; 0: never. */
            latestRedemptionTime: number;
            genericCode?: string;
            resendMessageEnabled: boolean;
            /** -1: none. */
            redemptionPerCouponMaxLimit: number;
            couponPrefix?: string;
            couponSuffix?: string;
            isPrefixEnabled?: boolean;
            isSuffixEnabled?: boolean;
            orgPrefixOverride?: boolean;
            orgSuffixOverride?: boolean;
            seriesType: "UNDEFINED";
            /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
            clientHandlingType: string;
            /** SERIES_EXPIRY, DAYS or MONTHS_END. */
            expiryStrategyType: string;
            discountOn: "BILL";
            /** ABS or PERC. */
            discountType: string;
            updateProductData: false;
            externalIssual: false;
            /** As it was stated. */
            productInfo?: {
                productType: string;
                productIds?: number[];
                productCodes?: string[];
            }[];
            /** As it was stated. */
            redemptionOrgEntityDetails?: {
                redemptionOrgEntityType: string;
                orgEntityId: number;
            }[];
        };
    }[];
    warnings: unknown[];
    errors: {
        status: boolean;
        code: number;
        message: string;
    }[];
};
export type ListDetailedCouponsAnswer = {
    entity: {
        id: number;
        seriesId: number;
        series: {
            id: number;
            orgId: number;
            description: string;
            /** NO_VALUE: none. */
            discountCode: string;
            /** Midnight of the last day. */
            validTillDate: string;
            validDaysFromCreation: number;
            /** -1: none. */
            expiryStrategyValue: number;
            /** -1: none. */
            maxCreate: number;
            /** -1: none. */
            maxRedeem: number;
            isTransferrable: false;
            anyUser: boolean;
            sameUserMultipleRedeem: boolean;
            isReferralExistingUsersAllowed: boolean;
            isMultipleUseAllowed: boolean;
            isValidationRequired: boolean;
            isValidWithDiscountedItem: boolean;
            /** The till; -1: none. */
            createdBy: number;
            numIssued: number;
            numRedeemed: number;
            /** When it was created. */
            createdOn: string;
            /** When it was last saved. */
            lastUsed: string;
            seriesCode: string;
            smsTemplate: string;
            isSMSDisabled: boolean;
            isUpdateProductData: false;
            info: string;
            isMultipleVouchersPerUserAllowed: boolean;
            doNotResendExistingVoucher: boolean;
            /** A list as JSON. */
            mutualExclusiveSeriesIds: string;
            storeIdsJson: "[-1]";
            isDvsEnabled: false;
            /** The day on which it was last saved. */
            dvsExpiryDate: string;
            priority: 0;
            shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
            /** -1: none. */
            maxVouchersPerUser: number;
            /** -1: none. */
            minDaysBetweenVouchers: number;
            /** -1: none. */
            maxReferralsPerReferee: number;
            /** 0: no cap. */
            discountUpto: number;
            discountValue: number;
            dvsItems: "items";
            /** An object of dom, dow and hours as JSON. */
            redemptionRange: string;
            /** -1: none. */
            minBillAmount: number;
            /** -1: none. */
            maxBillAmount: number;
            redeemAtStore: "[-1]";
            campaignId: -1;
            tag: string;
            /** -1: none. */
            maxRedemptionsInSeriesPerUser: number;
            /** -1: none. */
            minDaysBetweenRedemption: number;
            /** Midnight of the first day; without one, of the day it was last saved. */
            redemptionValidFrom: string;
            sourceOrgId: -1;
            issueToLoyalty: false;
            redeemStoreType: "redeemable_stores";
            offlineRedeemType: false;
            isOldFlowEnabled: false;
            isPreRedeemEventRequired: false;
            /** Empty: all. */
            brands: (number | string)[];
            /** Empty: all. */
            products: (number | string)[];
            /** Empty: all. */
            categories: (number | string)[];
            termsAndConditions: "T&C";
            signalRedemptionEvent: false;
            syncToClient: false;
            showPinCode: false;
            /** -1: none. */
            redemptionPerCouponMaxLimit: number;
            validRedemptionOrgEntityDetails: {
                concepts: number[];
                zones: number[];
                stores: number[];
                tills: number[];
            };
            seriesType: "UNDEFINED";
            /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
            clientHandlingType: string;
            /** SERIES_EXPIRY, DAYS or MONTHS_END. */
            expiryStrategyType: string;
            discountOn: "BILL";
            /** ABS or PERC. */
            discountType: string;
            entityLevelRedemptionConfigsValues: unknown[];
            updateProductData: false;
            /** The last day, yyyy-MM-dd. */
            validTilldateFormat: string;
            /** The first day, yyyy-MM-dd. */
            redemptionValidFromFormat: string;
            dvsExpiryDateFormat: string;
        };
        code: string;
        description: string;
        /** When it was issued. */
        createdDate: string;
        /** The last instant at which it works. */
        validTill: string;
        /** At least once. */
        isRedeemed: boolean;
        /** The customer. */
        issuedTo: number;
        /** The till; -1: none. */
        issuedBy: number;
        orgId: number;
        refId: 0;
        issuedAt?: {
            id: number;
            code: string;
            description: string;
            name: string;
            "type": "STORE";
            adminType: "GENERAL";
            isOrgUnit: false;
        };
        status: {
            statusCode: {
                status: boolean;
                code: number;
                message: string;
            };
            warnings: unknown[];
            warningsAsStatusCode: unknown[];
            code: number;
            success: boolean;
            message: string;
        };
        /** ABS or PERC. */
        couponDiscountType: string;
        /** When it was issued. */
        issuedOn: string;
        /** The same. */
        issuedOnISO: string;
        /** From when it may be redeemed. */
        activeFrom: string;
        /** By the limits alone; -1: no limit. */
        redemptionsLeft: number;
        couponStatus: {
            statusCode: {
                status: boolean;
                code: number;
                message: string;
            };
            warnings: unknown[];
            warningsAsStatusCode: unknown[];
            code: number;
            success: boolean;
            message: string;
        };
        redemptionInfo: {
            id: number;
            /** When it was redeemed. */
            redeemedOn: string;
            /** The same. */
            redeemedOnISO: string;
            /** The till; -1: none. */
            redeemedBy: number;
            /** The customer. */
            redeemedByUser: number;
            transactionNumber: string;
            billAmount?: number;
            /** The discount on the bill, such as "50.00"; null: unknown. With include=discount. */
            discountAmount?: string | null;
            /** The sum of its returns, without a reversal; omitted: nothing was returned. With include=discount. */
            discountReturned?: string;
            /** The latest return, with discountReturned. */
            returnedOn?: string;
            /** Each return, in order; omitted: there is none. With include=discount. */
            returns?: {
                /** The returned amount, such as "4.00"; "0.00": only the use. */
                amount: string;
                /** The instant of the return. */
                returnedOn: string;
                /** Whether the use was returned with it. */
                useReturned: boolean;
            }[];
            redeemedAt?: {
                id: number;
                code: string;
                description: string;
                name: string;
                "type": "STORE";
                adminType: "GENERAL";
                isOrgUnit: false;
            };
        }[];
        reversedRedemptionInfo: {
            id: number;
            /** When it was redeemed. */
            redeemedOn: string;
            /** The same. */
            redeemedOnISO: string;
            /** The till; -1: none. */
            redeemedBy: number;
            /** The customer. */
            redeemedByUser: number;
            transactionNumber: string;
            billAmount?: number;
            /** The discount on the bill, such as "50.00"; null: unknown. With include=discount. */
            discountAmount?: string | null;
            /** The sum of its returns, without a reversal; omitted: nothing was returned. With include=discount. */
            discountReturned?: string;
            /** The latest return, with discountReturned. */
            returnedOn?: string;
            /** Each return, in order; omitted: there is none. With include=discount. */
            returns?: {
                /** The returned amount, such as "4.00"; "0.00": only the use. */
                amount: string;
                /** The instant of the return. */
                returnedOn: string;
                /** Whether the use was returned with it. */
                useReturned: boolean;
            }[];
            redeemedAt?: {
                id: number;
                code: string;
                description: string;
                name: string;
                "type": "STORE";
                adminType: "GENERAL";
                isOrgUnit: false;
            };
            /** What is still off the bill, where the use alone was given back; left out: nothing. With include=discount. */
            discountKept?: string;
            /** When it was taken back. */
            reversedOn: string;
            /** The same. */
            reversedOnISO: string;
        }[];
        /** Absolute? */
        discountType: boolean;
        discountValue: number;
        discountValueAsDouble: number;
        discountUpto: number;
        seriesName: string;
        /** The same as isRedeemed. */
        redeemed: boolean;
        /** The same as code. */
        trimmedCode: string;
    }[];
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type IssueCouponBody = {
    seriesId?: (number | string) | null;
    /** One of id, mobile, email, externalId. */
    customer: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    };
};
export type IssueCouponAnswer = {
    code: string;
    seriesId: number;
    description: string;
    /** NO_VALUE: none. */
    discountCode: string;
    /** Midnight of the last day. */
    validTill: string;
    /** ABS or PERC. */
    discountType: string;
    discountValue: number;
    /** 0: no cap. */
    discountUpto: number;
    discountOn: "BILL";
    detailedInfo: string;
    customer: {
        id: number;
        profiles: {
            firstName: string;
            lastName: string;
            fields: {
                [key: string]: unknown;
            };
            allFields: {
                [key: string]: unknown;
            };
            identifiers: {
                "type": string;
                value: string;
            }[];
            commChannels: unknown[];
            userId: number;
            accountId: "";
            /** When the customer was last changed. */
            autoUpdateTime: string;
            identifiersAll: {
                "type": string;
                value: string;
            }[];
        }[];
    };
    redemptionCount: 0;
    /** The coupon’s id. */
    id: number;
    /** The last instant at which it works. */
    validTillDateTime: string;
    warnings: unknown[];
};
export type IssueCouponsBody = {
    seriesIds?: ((number | string)[] | (number | string)) | null;
    /** One of id, mobile, email, externalId. */
    customer: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    };
    metadata?: {
        sourceType?: string | null;
        sourceId?: string | null;
        sourceActivity?: string | null;
        notes?: string | null;
        reason?: string | null;
    } | null;
};
export type IssueCouponsAnswer = {
    response: {
        /** The series. */
        entityId: number;
        /** Unless it was refused. */
        result?: {
            code: string;
            seriesId: number;
            description: string;
            /** NO_VALUE: none. */
            discountCode: string;
            /** Midnight of the last day. */
            validTill: string;
            /** ABS or PERC. */
            discountType: string;
            discountValue: number;
            /** 0: no cap. */
            discountUpto: number;
            discountOn: "BILL";
            detailedInfo: string;
            redemptionCount: 0;
            /** The coupon’s id. */
            id: number;
            /** The last instant at which it works. */
            validTillDateTime: string;
        };
        errors: {
            status: boolean;
            code: number;
            message: string;
        }[];
        warnings: unknown[];
    }[];
    totalCount: number;
    failureCount: number;
};
export type IssueMultipleCouponsBody = {
    seriesId?: (number | string) | null;
    seriesIds?: (number | string) | null;
    count?: (number | string) | null;
    /** One of id, mobile, email, externalId. */
    customer: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    };
    metadata?: {
        sourceType?: string | null;
        sourceId?: string | null;
        sourceActivity?: string | null;
        notes?: string | null;
        reason?: string | null;
    } | null;
};
export type IssueMultipleCouponsAnswer = {
    coupons: {
        code: string;
        couponId: number;
    }[];
    couponConfig: {
        customPropertyMap: {
            [key: string]: unknown;
        };
        id: 0;
        description: string;
        discountCode: string;
        info: string;
        discountUpto: number;
        discountValue: number;
        issueToLoyalty: false;
        numUploadedNonIssued: 0;
        numUploadedTotal: 0;
        redemptionValidAfterDays: 0;
        ownerId: 0;
        ownerValidity: 0;
        alphaNumeric: false;
        shortCodeLength: 0;
        randomCodeLength: 0;
        fixedExpiryDate: 0;
        numTotal: 0;
        latestIssualTime: 0;
        latestRedemptionTime: 0;
        discountOn: "BILL";
        discountType: string;
        externalIssual: false;
        updateProductData: false;
    };
    /** How many were asked for. */
    totalCount: number;
    failureCount: number;
    successCount: number;
    customer: {
        id: number;
        profiles: {
            firstName: string;
            lastName: string;
            fields: {
                [key: string]: unknown;
            };
            allFields: {
                [key: string]: unknown;
            };
            identifiers: {
                "type": string;
                value: string;
            }[];
            commChannels: unknown[];
            userId: number;
            accountId: "";
            /** When the customer was last changed. */
            autoUpdateTime: string;
            identifiersAll: {
                "type": string;
                value: string;
            }[];
        }[];
    };
    errors: {
        status: boolean;
        code: number;
        message: string;
    }[];
    warnings: unknown[];
};
export type IsRedeemableAnswer = {
    redemption: {
        currencyInput: false;
        localToBaseCurrencyExchangeRate: 0;
        isRedeemable: boolean;
        /** Why not. */
        warnings: {
            status: boolean;
            code: number;
            message: string;
        }[];
        /** Why not. */
        appendedErrorMessage: string;
        code: string;
        couponseries?: {
            id?: number;
            orgId?: number;
            description?: string;
            /** NO_VALUE: none. */
            discountCode?: string;
            /** Midnight of the last day. */
            validTillDate?: string;
            /** The last day, yyyy-MM-dd. */
            validTillISODate?: string;
            validDaysFromCreation?: number;
            /** -1: none. */
            expiryStrategyValue?: number;
            /** -1: none. */
            maxCreate?: number;
            /** -1: none. */
            maxRedeem?: number;
            isTransferrable?: false;
            anyUser?: boolean;
            sameUserMultipleRedeem?: boolean;
            isReferralExistingUsersAllowed?: boolean;
            isMultipleUseAllowed?: boolean;
            isValidationRequired?: boolean;
            isValidWithDiscountedItem?: boolean;
            /** The till; -1: none. */
            createdBy?: number;
            numIssued?: number;
            numRedeemed?: number;
            /** When it was created. */
            createdOn?: string;
            /** When it was last saved. */
            lastUsed?: string;
            seriesCode?: string;
            smsTemplate?: string;
            isSMSDisabled?: boolean;
            isUpdateProductData?: false;
            info?: string;
            isMultipleVouchersPerUserAllowed?: boolean;
            doNotResendExistingVoucher?: boolean;
            /** A list as JSON. */
            mutualExclusiveSeriesIds?: string;
            storeIdsJson?: "[-1]";
            isDvsEnabled?: false;
            /** The day on which it was last saved. */
            dvsExpiryDate?: string;
            priority?: 0;
            shortSMSTemplate?: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
            /** -1: none. */
            maxVouchersPerUser?: number;
            /** -1: none. */
            minDaysBetweenVouchers?: number;
            /** -1: none. */
            maxReferralsPerReferee?: number;
            /** 0: no cap. */
            discountUpto?: number;
            discountValue?: number;
            dvsItems?: "items";
            /** An object of dom, dow and hours as JSON. */
            redemptionRange?: string;
            /** -1: none. */
            minBillAmount?: number;
            /** -1: none. */
            maxBillAmount?: number;
            redeemAtStore?: "[-1]";
            campaignId?: -1;
            tag?: string;
            /** -1: none. */
            maxRedemptionsInSeriesPerUser?: number;
            /** -1: none. */
            minDaysBetweenRedemption?: number;
            /** Midnight of the first day; without one, of the day it was last saved. */
            redemptionValidFrom?: string;
            sourceOrgId?: -1;
            issueToLoyalty?: false;
            redeemStoreType?: "redeemable_stores";
            offlineRedeemType?: false;
            isOldFlowEnabled?: false;
            isPreRedeemEventRequired?: false;
            /** Empty: all. */
            brands?: (number | string)[];
            /** Empty: all. */
            products?: (number | string)[];
            /** Empty: all. */
            categories?: (number | string)[];
            termsAndConditions?: "T&C";
            signalRedemptionEvent?: false;
            syncToClient?: false;
            showPinCode?: false;
            /** -1: none. */
            redemptionPerCouponMaxLimit?: number;
            validRedemptionOrgEntityDetails?: {
                concepts: number[];
                zones: number[];
                stores: number[];
                tills: number[];
            };
            seriesType?: "UNDEFINED";
            /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
            clientHandlingType?: string;
            /** SERIES_EXPIRY, DAYS or MONTHS_END. */
            expiryStrategyType?: string;
            discountOn?: "BILL";
            /** ABS or PERC. */
            discountType?: string;
            entityLevelRedemptionConfigsValues?: unknown[];
            updateProductData?: false;
            /** The last day, yyyy-MM-dd. */
            validTilldateFormat?: string;
            /** The first day, yyyy-MM-dd. */
            redemptionValidFromFormat?: string;
            dvsExpiryDateFormat?: string;
        };
        isAbsolute: boolean;
        /** -1: no limit. */
        redemptionsLeft: number;
        /** Of this coupon. */
        numberOfRedemptionsByUser: number;
        /** ABS or PERC. */
        discountType?: string;
        discountValue?: number;
        /** 0: no cap. */
        discountUpto?: number;
    }[];
    redemptionStatus: {
        status: boolean;
        code: number;
        message: string;
    };
    customer: {
        id: number;
        profiles: {
            firstName: string;
            lastName: string;
            fields: {
                [key: string]: unknown;
            };
            allFields: {
                [key: string]: unknown;
            };
            identifiers: {
                "type": string;
                value: string;
            }[];
            commChannels: unknown[];
            userId: number;
            accountId: "";
            /** When the customer was last changed. */
            autoUpdateTime: string;
            identifiersAll: {
                "type": string;
                value: string;
            }[];
        }[];
    };
    warnings: unknown[];
};
export type RedeemCouponBody = {
    /** The codes. */
    redemptionRequestList: {
        code: string | number;
        discountAmount?: (number | string) | null;
        customFields?: ({
            [key: string]: string | number | boolean | null;
        } | {
            [key: string]: string | number | boolean | null;
        }[]) | null;
    }[] | {
        code: string | number;
        discountAmount?: (number | string) | null;
        customFields?: ({
            [key: string]: string | number | boolean | null;
        } | {
            [key: string]: string | number | boolean | null;
        }[]) | null;
    };
    /** One of id, mobile, email, externalId. */
    user: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    };
    billAmount?: (number | string) | null;
    discountAmount?: (number | string) | null;
    transactionNumber?: (string | number) | null;
    redemptionTime?: (string | number) | null;
};
export type RedeemCouponAnswer = {
    redemption: {
        /** -1: it was checked only. */
        redemptionId?: string;
        /** The coupon’s id. */
        id?: number;
        currencyInput: false;
        localToBaseCurrencyExchangeRate: 0;
        warnings: unknown[];
        appendedErrorMessage: "";
        code?: string;
        /** NO_VALUE: none. */
        discountCode?: string;
        /** The id of the series. */
        seriesCode?: number;
        isAbsolute: boolean;
        couponValue?: number;
        redemptionStatus: {
            statusCode: {
                status: boolean;
                code: number;
                message: string;
            };
            warnings: unknown[];
            warningsAsStatusCode: unknown[];
            code: number;
            success: boolean;
            message: string;
        };
        /** ABS or PERC. */
        discountType?: string;
        discountValue?: number;
        /** 0: no cap. */
        discountUpto?: number;
    }[];
    redemptionStatus: {
        status: boolean;
        code: number;
        message: string;
    };
    customer: {
        id: number;
        profiles: {
            firstName: string;
            lastName: string;
            fields: {
                [key: string]: unknown;
            };
            allFields: {
                [key: string]: unknown;
            };
            identifiers: {
                "type": string;
                value: string;
            }[];
            commChannels: unknown[];
            userId: number;
            accountId: "";
            /** When the customer was last changed. */
            autoUpdateTime: string;
            identifiersAll: {
                "type": string;
                value: string;
            }[];
        }[];
    };
    /** 739: the stated time was not used. */
    warnings: {
        status: boolean;
        code: number;
        message: string;
    }[];
};
export type UpdateRedemptionsBody = {
    redemptions?: {
        redemptionId: number | string;
        billAmount?: (number | string) | null;
        discountAmount?: (number | string) | null;
        transactionNumber?: (string | number) | null;
        billId?: (number | string) | null;
        customFields?: ({
            [key: string]: string | number | boolean | null;
        } | {
            [key: string]: string | number | boolean | null;
        }[]) | null;
    }[] | null;
    user?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
};
export type UpdateRedemptionsAnswer = {
    entity: {
        redemptions: {
            redemptionId: number;
            /** As stored now. */
            billAmount: number;
            transactionNumber: string;
            billId?: number;
            customFields: {
                [key: string]: string;
            };
            redemptionStatus: {
                status: boolean;
                code: number;
                message: string;
            };
        }[];
        user?: {
            id: number;
            profiles: {
                firstName: string;
                lastName: string;
                fields: {
                    [key: string]: unknown;
                };
                allFields: {
                    [key: string]: unknown;
                };
                identifiers: {
                    "type": string;
                    value: string;
                }[];
                commChannels: unknown[];
                userId: number;
                accountId: "";
                /** When the customer was last changed. */
                autoUpdateTime: string;
                identifiersAll: {
                    "type": string;
                    value: string;
                }[];
            }[];
        };
        status: {
            status: boolean;
            code: number;
            message: string;
        };
        totalCount: number;
        failedCount: number;
    };
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type RedeemCouponsAnswer = {
    response: {
        /** The coupon’s id. */
        entityId?: number;
        result: {
            /** -1: it was checked only. */
            redemptionId?: string;
            /** The coupon’s id. */
            id?: number;
            currencyInput: false;
            localToBaseCurrencyExchangeRate: 0;
            warnings: unknown[];
            appendedErrorMessage: "";
            code?: string;
            /** NO_VALUE: none. */
            discountCode?: string;
            /** The id of the series. */
            seriesCode?: number;
            isAbsolute: boolean;
            couponValue?: number;
            redemptionStatus: {
                statusCode: {
                    status: boolean;
                    code: number;
                    message: string;
                };
                warnings: unknown[];
                warningsAsStatusCode: unknown[];
                code: number;
                success: boolean;
                message: string;
            };
            /** ABS or PERC. */
            discountType?: string;
            discountValue?: number;
            /** 0: no cap. */
            discountUpto?: number;
        };
        errors: {
            status: boolean;
            code: number;
            message: string;
        }[];
        /** 739: the stated time was not used. */
        warnings?: {
            status: boolean;
            code: number;
            message: string;
        }[];
    }[];
    totalCount: number;
    failureCount: number;
};
export type ReverseRedemptionsBody = {
    redemptionIds?: (number | string)[] | null;
};
export type ReverseRedemptionsAnswer = {
    entity: {
        redemptions: {
            id: number;
            couponId: number;
            code: string;
            /** When it was taken back. */
            reversedOn: string;
        }[];
    };
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type ChangeCouponExpiryBody = {
    couponSeriesId?: (number | string) | null;
    customer?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
    couponCodes?: {
        couponCode: string | number;
        expiryDate: string | number;
    }[] | null;
};
export type ChangeCouponExpiryAnswer = {
    entity: {
        totalCount: number;
        failedCount: number;
        successCount: number;
        unprocessedCoupons: {
            /** As it was asked for, in UTC. */
            expiryDate: string;
            couponCode: string;
            errorCode: number;
            errorMessage: string;
        }[];
        /** When a customer was named. */
        userId?: number;
        /** When a series was named. */
        couponSeriesId?: number;
    };
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type RevokeCouponsBody = {
    couponSeriesId?: (number | string) | null;
    couponCodes?: (string | number)[] | null;
    customer?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
};
export type RevokeCouponsAnswer = {
    entity: {
        totalCount: number;
        failedCount: number;
        revokedCoupons: {
            couponId: number;
            couponCode: string;
            /** When it had a holder. */
            issuedToUserId?: number;
        }[];
        failedToRevoke: {
            errorCode: number;
            errorMessage: string;
            couponCodes: string[];
        }[];
    };
    warnings: unknown[];
    errors: unknown[];
    success: boolean;
};
export type CreateSeriesBody = {
    CouponSeriesV2: {
        customPropertyMap?: {
            [key: string]: string | number | boolean | null;
        } | null;
        description?: string | null;
        discountCode?: string | null;
        validTillDate?: (number | string) | null;
        validTillDateTime?: (number | string) | null;
        expiryStrategyValue?: (number | string) | null;
        maxCreate?: (number | string) | null;
        maxRedeem?: (number | string) | null;
        anyUser?: (boolean | string) | null;
        sameUserMultipleRedeem?: (boolean | string) | null;
        isReferralExistingUsersAllowed?: (boolean | string) | null;
        isMultipleUseAllowed?: (boolean | string) | null;
        isValidationRequired?: (boolean | string) | null;
        isValidWithDiscountedItem?: (boolean | string) | null;
        seriesCode?: (string | number) | null;
        smsTemplate?: string | null;
        isSMSDisabled?: (boolean | string) | null;
        info?: string | null;
        isMultipleVouchersPerUserAllowed?: (boolean | string) | null;
        doNotResendExistingVoucher?: (boolean | string) | null;
        mutualExclusiveSeriesIds?: (string | (number | string)[]) | null;
        maxVouchersPerUser?: (number | string) | null;
        minDaysBetweenVouchers?: (number | string) | null;
        maxReferralsPerReferee?: (number | string) | null;
        discountUpto?: (number | string) | null;
        discountValue?: (number | string) | null;
        redemptionRange?: (string | {}) | null;
        minBillAmount?: (number | string) | null;
        maxBillAmount?: (number | string) | null;
        tag?: string | null;
        maxRedemptionsInSeriesPerUser?: (number | string) | null;
        minDaysBetweenRedemption?: (number | string) | null;
        redemptionValidFrom?: (number | string) | null;
        targetUserDetails?: {
            validMaxUserTransactionLimit?: (number | string) | null;
            validUserRegistrationStartTime?: (number | string) | null;
            validUserRegistrationEndTime?: (number | string) | null;
        } | null;
        redemptionValidAfterDays?: (number | string) | null;
        alphaNumeric?: (boolean | string) | null;
        randomCodeLength?: (number | string) | null;
        genericCode?: (string | number) | null;
        resendMessageEnabled?: (boolean | string) | null;
        redemptionPerCouponMaxLimit?: (number | string) | null;
        couponPrefix?: string | null;
        couponSuffix?: string | null;
        isPrefixEnabled?: (boolean | string) | null;
        isSuffixEnabled?: (boolean | string) | null;
        orgPrefixOverride?: (boolean | string) | null;
        orgSuffixOverride?: (boolean | string) | null;
        clientHandlingType?: string | null;
        expiryStrategyType?: string | null;
        discountType?: string | null;
        productInfo?: {
            productType?: string | null;
            productIds?: (number | string)[] | null;
            productCodes?: (string | number)[] | null;
        }[] | null;
        redemptionOrgEntityDetails?: {
            redemptionOrgEntityType?: string | null;
            orgEntityId?: (number | string) | null;
        }[] | null;
    };
};
export type CreateSeriesAnswer = {
    customPropertyMap?: {
        [key: string]: string;
    };
    id: number;
    orgId: number;
    description: string;
    /** NO_VALUE: none. */
    discountCode: string;
    /** Midnight of the last day. */
    validTillDate: string;
    /** The last instant. */
    validTillDateTime: string;
    validDaysFromCreation: number;
    /** -1: none. */
    expiryStrategyValue: number;
    /** -1: none. */
    maxCreate: number;
    /** -1: none. */
    maxRedeem: number;
    isTransferrable: false;
    anyUser: boolean;
    sameUserMultipleRedeem: boolean;
    isReferralExistingUsersAllowed: boolean;
    isMultipleUseAllowed: boolean;
    isValidationRequired: boolean;
    isValidWithDiscountedItem: boolean;
    /** The till; -1: none. */
    createdBy: number;
    numIssued: number;
    numRedeemed: number;
    /** When it was created. */
    createdOn: string;
    /** When it was last saved. */
    lastUsed: string;
    seriesCode: string;
    smsTemplate: string;
    isSMSDisabled: boolean;
    info: string;
    isMultipleVouchersPerUserAllowed: boolean;
    doNotResendExistingVoucher: boolean;
    /** A list as JSON. */
    mutualExclusiveSeriesIds: string;
    storeIdsJson: "[-1]";
    isDvsEnabled: false;
    /** The day on which it was last saved. */
    dvsExpiryDate: string;
    priority: 0;
    shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
    /** -1: none. */
    maxVouchersPerUser: number;
    /** -1: none. */
    minDaysBetweenVouchers: number;
    /** -1: none. */
    maxReferralsPerReferee: number;
    /** 0: no cap. */
    discountUpto: number;
    discountValue: number;
    dvsItems: "items";
    /** An object of dom, dow and hours as JSON. */
    redemptionRange: string;
    /** -1: none. */
    minBillAmount: number;
    /** -1: none. */
    maxBillAmount: number;
    redeemAtStore: "[-1]";
    campaignId: -1;
    tag: string;
    /** -1: none. */
    maxRedemptionsInSeriesPerUser: number;
    /** -1: none. */
    minDaysBetweenRedemption: number;
    /** Midnight of the first day; without one, of the day it was last saved. */
    redemptionValidFrom: string;
    sourceOrgId: -1;
    issueToLoyalty: false;
    redeemStoreType: "redeemable_stores";
    offlineRedeemType: false;
    isOldFlowEnabled: false;
    isPreRedeemEventRequired: false;
    termsAndConditions: "T&C";
    signalRedemptionEvent: false;
    syncToClient: false;
    showPinCode: false;
    targetUserDetails?: {
        validMaxUserTransactionLimit?: number;
        validUserRegistrationStartTime?: number;
        validUserRegistrationEndTime?: number;
    };
    numUploadedNonIssued: number;
    numUploadedTotal: number;
    redemptionValidAfterDays: number;
    ownedBy: "NONE";
    ownerId: -1;
    ownerValidity: 0;
    alphaNumeric: boolean;
    shortCodeLength: 0;
    randomCodeLength: number;
    /** Midnight of the last day, epoch milliseconds. */
    fixedExpiryDate: number;
    /** maxCreate. */
    numTotal: number;
    /** Epoch milliseconds; 0: never. */
    latestIssualTime: number;
    /** Epoch milliseconds; 0: never. */
    latestRedemptionTime: number;
    genericCode?: string;
    resendMessageEnabled: boolean;
    /** -1: none. */
    redemptionPerCouponMaxLimit: number;
    couponPrefix?: string;
    couponSuffix?: string;
    isPrefixEnabled?: boolean;
    isSuffixEnabled?: boolean;
    orgPrefixOverride?: boolean;
    orgSuffixOverride?: boolean;
    seriesType: "UNDEFINED";
    /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
    clientHandlingType: string;
    /** SERIES_EXPIRY, DAYS or MONTHS_END. */
    expiryStrategyType: string;
    discountOn: "BILL";
    /** ABS or PERC. */
    discountType: string;
    updateProductData: false;
    externalIssual: false;
    /** As it was stated. */
    productInfo?: {
        productType: string;
        productIds?: number[];
        productCodes?: string[];
    }[];
    /** As it was stated. */
    redemptionOrgEntityDetails?: {
        redemptionOrgEntityType: string;
        orgEntityId: number;
    }[];
    /** 745: a term is stored but not judged. */
    warnings: {
        status: boolean;
        code: number;
        message: string;
    }[];
};
export type ListSeriesAnswer = {
    entity: {
        customPropertyMap?: {
            [key: string]: string;
        };
        id: number;
        orgId: number;
        description: string;
        /** NO_VALUE: none. */
        discountCode: string;
        /** Midnight of the last day. */
        validTillDate: string;
        /** The last instant. */
        validTillDateTime: string;
        validDaysFromCreation: number;
        /** -1: none. */
        expiryStrategyValue: number;
        /** -1: none. */
        maxCreate: number;
        /** -1: none. */
        maxRedeem: number;
        isTransferrable: false;
        anyUser: boolean;
        sameUserMultipleRedeem: boolean;
        isReferralExistingUsersAllowed: boolean;
        isMultipleUseAllowed: boolean;
        isValidationRequired: boolean;
        isValidWithDiscountedItem: boolean;
        /** The till; -1: none. */
        createdBy: number;
        numIssued: number;
        numRedeemed: number;
        /** When it was created. */
        createdOn: string;
        /** When it was last saved. */
        lastUsed: string;
        seriesCode: string;
        smsTemplate: string;
        isSMSDisabled: boolean;
        info: string;
        isMultipleVouchersPerUserAllowed: boolean;
        doNotResendExistingVoucher: boolean;
        /** A list as JSON. */
        mutualExclusiveSeriesIds: string;
        storeIdsJson: "[-1]";
        isDvsEnabled: false;
        /** The day on which it was last saved. */
        dvsExpiryDate: string;
        priority: 0;
        shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
        /** -1: none. */
        maxVouchersPerUser: number;
        /** -1: none. */
        minDaysBetweenVouchers: number;
        /** -1: none. */
        maxReferralsPerReferee: number;
        /** 0: no cap. */
        discountUpto: number;
        discountValue: number;
        dvsItems: "items";
        /** An object of dom, dow and hours as JSON. */
        redemptionRange: string;
        /** -1: none. */
        minBillAmount: number;
        /** -1: none. */
        maxBillAmount: number;
        redeemAtStore: "[-1]";
        campaignId: -1;
        tag: string;
        /** -1: none. */
        maxRedemptionsInSeriesPerUser: number;
        /** -1: none. */
        minDaysBetweenRedemption: number;
        /** Midnight of the first day; without one, of the day it was last saved. */
        redemptionValidFrom: string;
        sourceOrgId: -1;
        issueToLoyalty: false;
        redeemStoreType: "redeemable_stores";
        offlineRedeemType: false;
        isOldFlowEnabled: false;
        isPreRedeemEventRequired: false;
        termsAndConditions: "T&C";
        signalRedemptionEvent: false;
        syncToClient: false;
        showPinCode: false;
        targetUserDetails?: {
            validMaxUserTransactionLimit?: number;
            validUserRegistrationStartTime?: number;
            validUserRegistrationEndTime?: number;
        };
        numUploadedNonIssued: number;
        numUploadedTotal: number;
        redemptionValidAfterDays: number;
        ownedBy: "NONE";
        ownerId: -1;
        ownerValidity: 0;
        alphaNumeric: boolean;
        shortCodeLength: 0;
        randomCodeLength: number;
        /** Midnight of the last day, epoch milliseconds. */
        fixedExpiryDate: number;
        /** maxCreate. */
        numTotal: number;
        /** Epoch milliseconds; 0: never. */
        latestIssualTime: number;
        /** Epoch milliseconds; 0: never. */
        latestRedemptionTime: number;
        genericCode?: string;
        resendMessageEnabled: boolean;
        /** -1: none. */
        redemptionPerCouponMaxLimit: number;
        couponPrefix?: string;
        couponSuffix?: string;
        isPrefixEnabled?: boolean;
        isSuffixEnabled?: boolean;
        orgPrefixOverride?: boolean;
        orgSuffixOverride?: boolean;
        seriesType: "UNDEFINED";
        /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
        clientHandlingType: string;
        /** SERIES_EXPIRY, DAYS or MONTHS_END. */
        expiryStrategyType: string;
        discountOn: "BILL";
        /** ABS or PERC. */
        discountType: string;
        updateProductData: false;
        externalIssual: false;
        /** As it was stated. */
        productInfo?: {
            productType: string;
            productIds?: number[];
            productCodes?: string[];
        }[];
        /** As it was stated. */
        redemptionOrgEntityDetails?: {
            redemptionOrgEntityType: string;
            orgEntityId: number;
        }[];
    }[];
    warnings: unknown[];
};
export type RegisterCustomerBody = {
    profiles?: {
        firstName?: string | null;
        lastName?: string | null;
        identifiers?: {
            "type": string;
            value?: (string | number) | null;
        }[] | null;
        commChannels?: {
            "type"?: string | null;
            value?: string | null;
            primary?: (boolean | string) | null;
            verified?: (boolean | string) | null;
            meta?: {
                [key: string]: string | number | boolean | null;
            } | null;
            attributes?: {
                [key: string]: string | number | boolean | null;
            } | null;
        }[] | null;
        fields?: {
            [key: string]: string | number | boolean | null;
        } | null;
        source?: string | null;
    }[] | null;
    loyaltyInfo?: {
        loyaltyType?: string | null;
        attributionV2?: {
            createDate?: string | null;
        } | null;
    } | null;
    extendedFields?: {
        [key: string]: string | number | boolean | null;
    } | null;
};
export type RegisterCustomerAnswer = {
    createdId: number;
    warnings: {
        status: boolean;
        code: number;
        message: string;
    }[];
    sideEffects: unknown[];
};
export type LookUpCustomerAnswer = {
    entity: number;
    warnings: unknown[];
};
export type LookUpCustomerDetailsAnswer = {
    id: number;
    profiles: {
        firstName: string;
        lastName: string;
        attribution: {
            /** When the customer was registered. */
            createDate: string;
            createdBy?: {
                id: number;
                code: string;
                name: string;
                "type": "TILL";
                referenceId: -1;
                "default": false;
            };
            modifiedBy?: {
                id: number;
                code: string;
                name: string;
                "type": "TILL";
                referenceId: -1;
                "default": false;
            };
            /** When the customer was last changed. */
            modifiedDate: string;
        };
        fields: {
            [key: string]: unknown;
        };
        allFields: {
            [key: string]: unknown;
        };
        identifiers: {
            "type": string;
            value: string;
        }[];
        commChannels: {
            "type": string;
            value: string;
            primary: boolean;
            verified: boolean;
            meta: {
                [key: string]: unknown;
            };
            attributes: {
                [key: string]: unknown;
            };
        }[];
        source: string;
        userId: number;
        accountId: "";
        conflictingProfileList: unknown[];
        /** When the customer was last changed. */
        autoUpdateTime: string;
        identifiersAll: {
            "type": string;
            value: string;
        }[];
    }[];
    loyaltyInfo: {
        loyaltyType: string;
        attributionV2: {
            /** When the customer was registered. */
            createDate: string;
            createdBy?: {
                id: number;
                code: string;
                name: string;
                "type": "TILL";
                referenceId: -1;
                "default": false;
            };
            modifiedBy?: {
                id: number;
                code: string;
                name: string;
                "type": "TILL";
                referenceId: -1;
                "default": false;
            };
            /** When the customer was last changed. */
            modifiedDate: string;
        };
        lifetimePurchases: 0;
    };
    segments: {
        [key: string]: unknown;
    };
    extendedFields: {
        [key: string]: unknown;
    };
    warnings: unknown[];
};
export type SearchCustomersAnswer = {
    pagination: {
        limit: number;
        offset: number;
        total: number;
    };
    data: {
        userId: number;
        matchedIdentifiers: {
            "type": string;
            value: string;
        }[];
        profiles: {
            firstName: string;
            lastName: string;
            attribution: {
                /** When the customer was registered. */
                createDate: string;
                createdBy?: {
                    id: number;
                    code: string;
                    name: string;
                    "type": "TILL";
                    referenceId: -1;
                    "default": false;
                };
                modifiedBy?: {
                    id: number;
                    code: string;
                    name: string;
                    "type": "TILL";
                    referenceId: -1;
                    "default": false;
                };
                /** When the customer was last changed. */
                modifiedDate: string;
            };
            fields: {
                [key: string]: unknown;
            };
            allFields: {
                [key: string]: unknown;
            };
            identifiers: {
                "type": string;
                value: string;
            }[];
            commChannels: {
                "type": string;
                value: string;
                primary: boolean;
                verified: boolean;
                meta: {
                    [key: string]: unknown;
                };
                attributes: {
                    [key: string]: unknown;
                };
            }[];
            source: string;
            userId: number;
            accountId: "";
            conflictingProfileList: unknown[];
            /** When the customer was last changed. */
            autoUpdateTime: string;
            identifiersAll: {
                "type": string;
                value: string;
            }[];
        }[];
    }[];
    warnings: unknown[];
    errors: unknown[];
};
export type ChangeIdentifiersBody = {
    add?: {
        "type": string;
        value?: (string | number) | null;
    }[] | null;
    remove?: {
        "type": string;
        value?: (string | number) | null;
    }[] | null;
};
export type ChangeIdentifiersAnswer = {
    success: boolean;
    warnings: unknown[];
};
export type CreateStoreBody = {
    code: string;
    name?: string | null;
    description?: string | null;
    isActive?: boolean | null;
    parentZoneId?: (number | string) | null;
    parentConceptId?: (number | string) | null;
    externalIds?: string[] | null;
};
export type CreateStoreAnswer = {
    createdId: number;
    warnings: unknown[];
};
export type CreateTillBody = {
    name: string;
    /** At least 12 characters, or 4 different words; at most 200 characters. No common password, and no name of who signs in with it. */
    password: string;
    storeId: number | string;
    description?: string | null;
    accessGroup?: string | null;
};
export type GetTillAnswer = {
    id: number;
    code: string;
    description: string;
    /** The same as the code. */
    name: string;
    "type": "TILL";
    referenceId: -1;
    adminType: "GENERAL";
    isActive: boolean;
    isOuEnabled: false;
    timeZoneId: -1;
    currencyId: -1;
    languageId: -1;
    customField: unknown[];
    "default": false;
    warnings: unknown[];
};
export type ListLocationsAnswer = {
    pagination: {
        limit: number;
        offset: number;
        total: number;
    };
    data: {
        id: number;
        code: string;
        name: string;
        description: string;
        "type": string;
        isActive: boolean;
        externalIds: string[];
        parentId?: number;
        parentType?: string;
    }[];
    warnings: unknown[];
    errors: unknown[];
};
export type QuoteCouponsBody = {
    /** In the order in which they apply. */
    codes: (string | number)[];
    customer?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
    bill: {
        amount: number | string;
        currency?: string | null;
        transactionNumber?: (string | number) | null;
        items?: {
            id?: (string | number) | null;
            /** The product. */
            sku: string | number;
            brand?: (string | number) | null;
            category?: (string | number) | null;
            quantity: number | string;
            price: number | string;
        }[] | null;
    };
};
export type QuoteCouponsAnswer = {
    codes: {
        /** As sent. */
        code: string;
        works: boolean;
        /** Why it does not work. */
        refusal: {
            /** A code of the catalogue of errors. */
            code: number;
            /** The name of the rule, as in the explanation of a coupon. */
            rule: string;
            message: string;
        } | null;
        /** 0 if the code does not work. */
        discount: string;
        appliedTo: {
            /** The bill, or the items that the coupon applies to, before any discount. */
            amount: string;
            items: {
                id: string | null;
                sku: string;
                /** Price times quantity. */
                amount: string;
                /** The item’s share of the discount. */
                discount: string;
            }[] | null;
        } | null;
    }[];
    /** The sum of the discounts of all codes that work. */
    total: string;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
};
export type HoldCouponsBody = {
    /** The caller's own name for the checkout, such as its transaction number. */
    reference: string | number;
    /** In the order in which they apply. */
    codes: (string | number)[];
    customer?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
    bill: {
        amount: number | string;
        currency?: string | null;
        transactionNumber?: (string | number) | null;
        items?: {
            id?: (string | number) | null;
            /** The product. */
            sku: string | number;
            brand?: (string | number) | null;
            category?: (string | number) | null;
            quantity: number | string;
            price: number | string;
        }[] | null;
    };
    ttlSeconds?: (number | string) | null;
};
export type HoldCouponsAnswer = {
    id: number;
    /** As sent. */
    reference: string;
    /** Only a live hold reserves its coupons. */
    status: "live" | "redeemed" | "released" | "replaced" | "expired";
    /** The customer for whom the coupons are reserved. */
    customerId: number;
    /** The store where the hold was placed. */
    storeId: number | null;
    /** The till where the hold was placed. */
    tillId: number | null;
    /** When the hold was placed. */
    createdAt: string;
    /** From this instant on, the hold reserves nothing. */
    expiresAt: string;
    /** When the hold was redeemed, released or replaced. */
    endedAt: string | null;
    codes: {
        /** As sent. */
        code: string;
        /** The worth of the coupon when the hold was placed. */
        discount: string;
    }[];
    /** The sum of the discounts. */
    total: string;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
};
export type ExtendHoldBody = {
    /** How long the hold lasts, from now: 1 to 604800 seconds. */
    ttlSeconds: number | string;
};
export type RedeemOnBillBody = {
    codes?: (string | number)[] | null;
    customer?: {
        id?: (number | string) | null;
        mobile?: (number | string) | null;
        email?: string | null;
        externalId?: (number | string) | null;
    } | null;
    bill?: {
        amount: number | string;
        currency?: string | null;
        transactionNumber?: (string | number) | null;
        items?: {
            id?: (string | number) | null;
            /** The product. */
            sku: string | number;
            brand?: (string | number) | null;
            category?: (string | number) | null;
            quantity: number | string;
            price: number | string;
        }[] | null;
    } | null;
    holdId?: (number | string) | null;
    discountAmounts?: ((number | string) | null)[] | null;
};
export type RedeemOnBillAnswer = {
    redemptions: {
        id: number;
        /** As sent. */
        code: string;
        /** As stated, or computed. */
        discountAmount: string;
    }[];
    /** The sum of the discounts. */
    total: string;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
    /** Whether a live hold had reserved the coupons. */
    throughHold: boolean;
};
export type ReturnRedemptionBody = {
    amount?: (number | string) | null;
    items?: {
        id?: (string | number) | null;
        sku?: (string | number) | null;
        quantity?: (number | string) | null;
    }[] | null;
    returnUse?: boolean | null;
    reason?: string | null;
};
export type ReturnRedemptionAnswer = {
    /** Null: no return was recorded, because a reversal gave back the rest, or because the items have no share of the discount. */
    id: number | null;
    /** The returned amount. */
    amount: string;
    /** Whether the use was returned with it. */
    useReturned: boolean;
    /** The returned items; null: an amount was stated, or everything was returned. */
    items: {
        /** The id of the line, as sent with the bill. */
        id: string | null;
        sku: string;
        /** The returned quantity. */
        quantity: number;
        /** The returned part of their share of the discount. */
        amount: string;
    }[] | null;
    /** As stated. */
    reason: string | null;
    /** The instant of the return. */
    returnedAt: string;
    redemptionId: number;
    code: string;
    /** The discount given by the redemption. */
    discountAmount: string;
    /** The sum of all returns of the redemption. */
    returned: string;
    /** The amount that can still be returned. */
    left: string;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
};
export type ListReturnsAnswer = {
    redemptionId: number;
    code: string;
    /** The discount given by the redemption; null: unknown. */
    discountAmount: string | null;
    /** The sum of all returns of the redemption. */
    returned: string;
    /** The amount that can still be returned. */
    left: string;
    /** Whether the use has been returned. */
    useReturned: boolean;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
    /** The items of the bill; null: they are unknown, and a return must state an amount. */
    items: {
        /** The id of the line, as sent with the bill. */
        id: string | null;
        sku: string;
        /** The quantity sold. */
        quantity: number;
        /** The quantity that has not been returned. */
        quantityLeft: number;
        /** Their share of the discount. */
        discount: string;
    }[] | null;
    /** In order. A reversal that gave back the rest comes last. */
    returns: {
        /** Null: no return was recorded, because a reversal gave back the rest, or because the items have no share of the discount. */
        id: number | null;
        /** The returned amount. */
        amount: string;
        /** Whether the use was returned with it. */
        useReturned: boolean;
        /** The returned items; null: an amount was stated, or everything was returned. */
        items: {
            /** The id of the line, as sent with the bill. */
            id: string | null;
            sku: string;
            /** The returned quantity. */
            quantity: number;
            /** The returned part of their share of the discount. */
            amount: string;
        }[] | null;
        /** As stated. */
        reason: string | null;
        /** The instant of the return. */
        returnedAt: string;
    }[];
};
export type ReturnBillBody = {
    /** The transaction number of a bill in the caller's store. */
    transactionNumber: string | number;
    date?: string | null;
    items?: {
        id?: (string | number) | null;
        sku?: (string | number) | null;
        quantity?: (number | string) | null;
    }[] | null;
    returnUse?: boolean | null;
    reason?: string | null;
};
export type ReturnBillAnswer = {
    /** One for each redemption on the bill that had something left. */
    returns: {
        /** Null: no return was recorded, because a reversal gave back the rest, or because the items have no share of the discount. */
        id: number | null;
        /** The returned amount. */
        amount: string;
        /** Whether the use was returned with it. */
        useReturned: boolean;
        /** The returned items; null: an amount was stated, or everything was returned. */
        items: {
            /** The id of the line, as sent with the bill. */
            id: string | null;
            sku: string;
            /** The returned quantity. */
            quantity: number;
            /** The returned part of their share of the discount. */
            amount: string;
        }[] | null;
        /** As stated. */
        reason: string | null;
        /** The instant of the return. */
        returnedAt: string;
        redemptionId: number;
        code: string;
        /** The discount given by the redemption. */
        discountAmount: string;
        /** The sum of all returns of the redemption. */
        returned: string;
        /** The amount that can still be returned. */
        left: string;
        /** ISO 4217; null: neither the organisation nor the bill states one. */
        currency: string | null;
    }[];
    /** The sum returned by this call. */
    total: string;
    /** ISO 4217; null: neither the organisation nor the bill states one. */
    currency: string | null;
};
export type ListUsersAnswer = {
    users: {
        id: number;
        email: string;
        name: string;
        role: "care" | "campaign" | "admin" | "auditor";
        isDisabled: boolean;
        createdAt: string;
        lastSeenAt: string | null;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
    }[];
};
export type CreateUserBody = {
    email: string;
    name: string;
    role: "care" | "campaign" | "admin" | "auditor";
    /** At least 12 characters, or 4 different words; at most 200 characters. No common password, and no name of who signs in with it. */
    password: string;
};
export type CreateUserAnswer = {
    id: number;
    email: string;
    name: string;
    role: "care" | "campaign" | "admin" | "auditor";
    isDisabled: boolean;
    createdAt: string;
    lastSeenAt: string | null;
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
};
export type UpdateUserBody = {
    name?: string;
    role?: "care" | "campaign" | "admin" | "auditor";
    isDisabled?: boolean;
};
export type SetUserPasswordBody = {
    /** At least 12 characters, or 4 different words; at most 200 characters. No common password, and no name of who signs in with it. */
    password: string;
};
export type SetUserPasswordAnswer = {
    id: number;
};
export type ListUserSessionsAnswer = {
    sessions: {
        id: number;
        address: string;
        userAgent: string;
        createdAt: string;
        lastSeenAt: string;
    }[];
};
export type EndUserSessionsAnswer = {
    ended: number;
};
export type CreatePasswordLinkAnswer = {
    /** The id of the user. */
    id: number;
    /** Shown this once. */
    token: string;
    /** The page of the console, with the token. Pass it on with the address of the server. */
    path: string;
    expiresAt: string;
};
export type WithdrawPasswordLinkAnswer = {
    /** False: there was none. */
    withdrawn: boolean;
};
export type ListAuditAnswer = {
    entries: {
        id: number;
        at: string;
        actor: {
            /** user, client, till, command-line. */
            kind: string;
            id: number | null;
            name: string | null;
        };
        action: string;
        subject: {
            kind: string;
            id: number | null;
            /** Its name now. Null: it has none or is gone, or it is a customer, whose names are not in the log. */
            name: string | null;
            /** Of a batch of codes or an upload: its series. */
            seriesId: number | null;
        };
        before: {
            [key: string]: unknown;
        } | null;
        after: {
            [key: string]: unknown;
        } | null;
        reason: string | null;
        address: string | null;
        requestId: string | null;
    }[];
    /** The names of the things whose ids are among the values of these entries, by kind:id, such as store:5. */
    names: {
        [key: string]: string;
    };
    /** Null: there is no more. */
    nextCursor: string | null;
    /** Of a search that has read its share of the log: up to when. It goes on with nextCursor. */
    searchedTo: string | null;
};
export type GetOverviewAnswer = {
    days: {
        /** YYYY-MM-DD in the time zone of the organisation. */
        day: string;
        issued: number;
        /** Made on the day, whether they stand or not. */
        redeemed: number;
        /** Taken back on the day. */
        reversed: number;
    }[];
    /** Refused redemptions and issues of the same days, the most frequent reason first; at most 20. Servers add to them every few seconds. */
    refusals: {
        /** redeem or issue. */
        operation: string;
        /** Of the catalogue of errors. */
        code: number;
        message: string;
        refused: number;
    }[];
    /** Series that end within endingWithinDays, the first of them first; at most 20. */
    ending: {
        id: number;
        code: string;
        description: string;
        validUntil: string;
    }[];
    /** Series that people have paused or stopped and that have not ended, the latest first; at most 20. */
    halted: {
        id: number;
        code: string;
        description: string;
        "as": "paused" | "stopped";
        since: string;
        reason: string;
    }[];
    /** Series of whose limits a tenth or less is left, the least first; at most 20. */
    runningOut: {
        id: number;
        code: string;
        description: string;
        issued: number;
        maxIssued: number | null;
        redeemed: number;
        maxRedeemed: number | null;
    }[];
};
export type GetDaysOfSeriesAnswer = {
    /** In the order in which they are named. */
    series: {
        id: number;
        days: {
            /** YYYY-MM-DD in the time zone of the organisation. */
            day: string;
            issued: number;
            /** Made on the day, whether they stand or not. */
            redeemed: number;
            /** Taken back on the day. */
            reversed: number;
        }[];
    }[];
};
export type GetSeriesFiguresAnswer = {
    id: number;
    code: string;
    description: string;
    /** coming: neither issued nor redeemed yet. */
    state: "ended" | "stopped" | "paused" | "coming" | "running";
    validUntil: string;
    /** Until its last day; 0: that is today. Negative: it has passed. */
    daysLeft: number;
    issued: number;
    maxIssued: number | null;
    redeemed: number;
    maxRedeemed: number | null;
    days: {
        /** YYYY-MM-DD in the time zone of the organisation. */
        day: string;
        issued: number;
        /** Made on the day, whether they stand or not. */
        redeemed: number;
        /** Taken back on the day. */
        reversed: number;
    }[];
    /** In the same days, busiest first; at most 100. Null: the store is unknown. */
    stores: {
        storeId: number | null;
        code: string | null;
        name: string | null;
        issued: number;
        /** Those that stand. */
        redeemed: number;
    }[];
    /** Refused redemptions and issues of the same days, the most frequent reason first; at most 20. Servers add to them every few seconds. */
    refusals: {
        /** redeem or issue. */
        operation: string;
        /** Of the catalogue of errors. */
        code: number;
        message: string;
        refused: number;
    }[];
};
export type GetMoneyFiguresAnswer = {
    currency: string | null;
    /** Discounts of redemptions made in these days, including those reversed later. */
    discountGiven: string;
    /** Given back by returns in these days, whenever the redemptions were made. */
    discountReturned: string;
    /** Given back by reversals in these days, in addition to earlier returns. Given minus returned and reversed is what was kept. */
    discountReversed: string;
    /** Bills with an amount. Redemptions of one day and till with the same transaction number are on one bill. */
    bills: number;
    /** The sum of these bills before discounts. */
    billValue: string;
    averageBill: string | null;
    otherBills: {
        /** Bills with an amount. Redemptions of one day and till with the same transaction number are on one bill. */
        bills: number;
        /** The sum of these bills before discounts. */
        billValue: string;
        averageBill: string | null;
    } | null;
    days: {
        /** YYYY-MM-DD in the time zone of the organisation. */
        day: string;
        discountGiven: string;
        discountReturned: string;
        discountReversed: string;
        billValue: string;
    }[];
};
export type ListJobsAnswer = {
    /** Under way, the oldest first; at most 200. */
    open: {
        /** codes-upload, redemptions-upload or code-batch. */
        kind: string;
        id: number;
        seriesId: number;
        seriesCode: string;
        seriesDescription: string;
        /** Of an upload queued, running, done or failed; of a batch making, done, cancelled, failed, voiding or voided. */
        state: string;
        fileName: string | null;
        /** Rows of the file, or codes. */
        total: number;
        /** The number that has been processed, generated or voided. */
        done: number;
        /** Of those, rows that were refused. */
        refused: number;
        createdAt: string;
        endedAt: string | null;
    }[];
    /** The last that ended, the latest first; at most 20. */
    ended: {
        /** codes-upload, redemptions-upload or code-batch. */
        kind: string;
        id: number;
        seriesId: number;
        seriesCode: string;
        seriesDescription: string;
        /** Of an upload queued, running, done or failed; of a batch making, done, cancelled, failed, voiding or voided. */
        state: string;
        fileName: string | null;
        /** Rows of the file, or codes. */
        total: number;
        /** The number that has been processed, generated or voided. */
        done: number;
        /** Of those, rows that were refused. */
        refused: number;
        createdAt: string;
        endedAt: string | null;
    }[];
};
export type SearchAnswer = {
    customers: {
        id: number;
        firstName: string;
        lastName: string;
        mobile: string | null;
        email: string | null;
        externalId: string | null;
        isBlocked: boolean;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        /** id, mobile, email, externalId or name. */
        matched: string;
    }[];
    coupons: {
        id: number;
        code: string;
        seriesId: number;
        seriesDescription: string;
        customerId: number | null;
        isRevoked: boolean;
    }[];
    /** By id; only for people. */
    redemptions: {
        id: number;
        code: string;
        customerId: number;
        redeemedAt: string;
        /** Empty: none. */
        billNumber: string;
        seriesDescription: string;
    }[];
    /** By words; at most five, only for people. */
    series: {
        id: number;
        code: string;
        description: string;
    }[];
};
export type FindBillAnswer = {
    /** Latest first; at most 50. */
    redemptions: {
        id: number;
        code: string;
        seriesId: number;
        seriesDescription: string;
        customerId: number;
        /** Empty for callers who may not read customers. */
        firstName: string;
        lastName: string;
        redeemedAt: string;
        /** YYYY-MM-DD. Redemptions with the same day, store and till are one sale: POST /v2/coupon/reactivate with their ids reverses it in one step. */
        day: string;
        storeId: number | null;
        storeName: string | null;
        tillId: number | null;
        tillCode: string | null;
        billAmount: number | null;
        isReversed: boolean;
        /** Whether the coupon is revoked. Then the redemption cannot be reversed. */
        isRevoked: boolean;
        /** When the coupon ends or ended. */
        validUntil: string;
    }[];
    searchedDays: number | null;
};
export type PreviewUploadBody = {
    /** The file in base64, or its first bytes, up to 512 KiB. */
    content: string;
};
export type PreviewUploadAnswer = {
    /** What separates the cells: a comma, a semicolon or a tab. */
    delimiter: string;
    columns: {
        /** What the first line of the file calls it. */
        name: string;
        holds: string | null;
    }[];
    /** The cells of the first rows. */
    rows: string[][];
};
export type ExplainRedemptionAnswer = {
    isRedeemable: boolean;
    refusal: {
        code: number;
        /** The code in calls of /till/v1, if the contract has none for the rule. */
        ownCode?: number;
        message: string;
    } | null;
    judgedAt: string;
    coupon: {
        id: number;
        code: string;
        seriesId: number;
        holderId: number | null;
        validUntil: string;
    } | null;
    customer: {
        id: number;
        firstName: string;
        lastName: string;
    } | null;
    place: {
        storeId: number | null;
        tillId: number | null;
    } | null;
    rules: {
        name: string;
        /** The refusal code of a redemption that breaks the rule. */
        code: number;
        /** The code in calls of /till/v1, if the contract has none for the rule. */
        ownCode?: number;
        message: string;
        verdict: "pass" | "fail" | "notApplicable";
        /** The values that the rule inspected. */
        seen: {
            [key: string]: unknown;
        };
    }[];
    discount: string | null;
    currency: string | null;
    /** The latest redemptions of the coupon by any customer, newest first. */
    redemptions: {
        id: number;
        redeemedAt: string;
        discountAmount: string | null;
        /** The part of it that returns and a reversal gave back. */
        returned: string;
        /** Whether the use has been returned. */
        useReturned: boolean;
    }[];
};
export type GetOrganisationAnswer = {
    id: number;
    name: string;
    timeZone: string;
    country: string;
    currency: string | null;
    requiresTransactionNumber: boolean;
    replaysTillRetries: boolean;
    couponPrefix: string | null;
    couponSuffix: string | null;
    clientSettings: {
        /** HTTP status of a v1.1 answer in which no item succeeded. */
        v1AllFailedStatus: "200" | "400" | "500" | null;
        /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. */
        v1CheckRefusal: "false500" | "true200" | null;
        /** JSON types of flags, codes and figures in v1.1 answers. */
        v1Types: "text" | "typed" | null;
        /** HTTP status of a v2 answer that refuses a coupon. */
        v2RefusalStatus: "published" | "200" | "400" | null;
        /** How a time of a redemption that states no offset is read. */
        naiveTime: "auto" | "utc" | "org" | null;
        /** What several identifiers of a customer in one request mean. */
        identifiers: "first" | "strict" | null;
        /** Whether tools of /mcp may change anything. */
        mcpWrites: "off" | "allowed" | null;
    };
    isSandbox: boolean;
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
};
export type UpdateOrganisationBody = {
    name?: string;
    timeZone?: string;
    country?: string;
    currency?: string | null;
    requiresTransactionNumber?: boolean;
    replaysTillRetries?: boolean;
    couponPrefix?: string | null;
    couponSuffix?: string | null;
    clientSettings?: {
        /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
        v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
        /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
        v1CheckRefusal?: "false500" | "true200" | null;
        /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
        v1Types?: "text" | "typed" | null;
        /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
        v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
        /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
        naiveTime?: "auto" | "utc" | "org" | null;
        /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
        identifiers?: "first" | "strict" | null;
        /** Whether tools of /mcp may change anything. Null: no longer stated here. */
        mcpWrites?: "off" | "allowed" | null;
    };
};
export type GetSandboxClockAnswer = {
    /** Where the clock stands still; null: it shows real time. */
    at: string | null;
    /** What it shows. */
    now: string;
};
export type SetSandboxClockBody = {
    /** ISO 8601 with an offset, or YYYY-MM-DD HH:MM:SS or YYYY-MM-DD in the time zone of the organisation; null: real time. */
    at: string | null;
};
export type ResetSandboxBody = {
    /** Default true. */
    keepsSeries?: boolean;
};
export type ResetSandboxAnswer = {
    deleted: {
        customers: number;
        coupons: number;
        redemptions: number;
        reversals: number;
        events: number;
        messages: number;
        idempotencyKeys: number;
        codeBatches: number;
        uploads: number;
        series: number;
    };
};
export type ListClientsAnswer = {
    clients: {
        id: number;
        name: string;
        key: string;
        /** Code of the till it acts as. */
        till: string;
        accessGroup: string;
        tokenTtlS: number;
        limits: {
            /** 0: none. Null or omitted: as configured for the server. */
            readsPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            writesPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            bulkPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            adminPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            failedLookupsPerHour?: number | null;
        } | null;
        clientSettings: {
            /** HTTP status of a v1.1 answer in which no item succeeded. */
            v1AllFailedStatus: "200" | "400" | "500" | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. */
            v1CheckRefusal: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. */
            v1Types: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. */
            v2RefusalStatus: "published" | "200" | "400" | null;
            /** How a time of a redemption that states no offset is read. */
            naiveTime: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. */
            identifiers: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. */
            mcpWrites: "off" | "allowed" | null;
        };
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        isRevoked: boolean;
        /** When the credentials were last used. Servers write it once a minute, so it may be a minute late. Null: never. */
        lastUsedAt: string | null;
    }[];
};
export type CreateClientBody = {
    name: string;
    /** Code of the till it acts as. */
    till: string;
    /** By name; that of the till unless given. */
    accessGroup?: string;
};
export type CreateClientAnswer = {
    id: number;
    name: string;
    key: string;
    /** Shown this once. */
    secret: string;
};
export type ListTillsAnswer = {
    tills: {
        id: number;
        code: string;
        /** Code of the store that it stands in. */
        store: string;
        accessGroup: string;
        limits: {
            /** 0: none. Null or omitted: as configured for the server. */
            readsPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            writesPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            bulkPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            adminPerMinute?: number | null;
            /** 0: none. Null or omitted: as configured for the server. */
            failedLookupsPerHour?: number | null;
        } | null;
        lookups: {
            "type": "WECHAT" | "MOBILE_TRIGGER" | "TILL" | "TILL_CODE" | "STORE_CODE" | "STORE_NAME" | "STORE_EXTERNAL_ID" | "STORE_EXTERNAL_ID_1" | "STORE_EXTERNAL_ID_2";
            /** Compared exactly. */
            lookup: string;
        }[];
        clientSettings: {
            /** HTTP status of a v1.1 answer in which no item succeeded. */
            v1AllFailedStatus: "200" | "400" | "500" | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. */
            v1CheckRefusal: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. */
            v1Types: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. */
            v2RefusalStatus: "published" | "200" | "400" | null;
            /** How a time of a redemption that states no offset is read. */
            naiveTime: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. */
            identifiers: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. */
            mcpWrites: "off" | "allowed" | null;
        };
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        isRevoked: boolean;
        /** When the credentials were last used. Servers write it once a minute, so it may be a minute late. Null: never. */
        lastUsedAt: string | null;
    }[];
};
export type SetTillLookupsBody = {
    lookups: {
        "type": "WECHAT" | "MOBILE_TRIGGER" | "TILL" | "TILL_CODE" | "STORE_CODE" | "STORE_NAME" | "STORE_EXTERNAL_ID" | "STORE_EXTERNAL_ID_1" | "STORE_EXTERNAL_ID_2";
        /** Compared exactly. */
        lookup: string;
    }[];
};
export type SetTillLookupsAnswer = {
    id: number;
    lookups: {
        "type": "WECHAT" | "MOBILE_TRIGGER" | "TILL" | "TILL_CODE" | "STORE_CODE" | "STORE_NAME" | "STORE_EXTERNAL_ID" | "STORE_EXTERNAL_ID_1" | "STORE_EXTERNAL_ID_2";
        /** Compared exactly. */
        lookup: string;
    }[];
};
export type SetTillPasswordBody = {
    /** At least 12 characters, or 4 different words; at most 200 characters. No common password, and no name of who signs in with it. */
    password: string;
};
export type ExportClientSettingsAnswer = {
    organisation?: {
        /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
        v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
        /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
        v1CheckRefusal?: "false500" | "true200" | null;
        /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
        v1Types?: "text" | "typed" | null;
        /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
        v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
        /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
        naiveTime?: "auto" | "utc" | "org" | null;
        /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
        identifiers?: "first" | "strict" | null;
        /** Whether tools of /mcp may change anything. Null: no longer stated here. */
        mcpWrites?: "off" | "allowed" | null;
    };
    /** Tills by their codes. All of them; an empty object states nothing. */
    tills?: {
        [key: string]: {
            /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
            v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
            v1CheckRefusal?: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
            v1Types?: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
            v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
            /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
            naiveTime?: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
            identifiers?: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. Null: no longer stated here. */
            mcpWrites?: "off" | "allowed" | null;
        };
    };
    /** OAuth clients by their names. All of them; an empty object states nothing. */
    clients?: {
        [key: string]: {
            /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
            v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
            v1CheckRefusal?: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
            v1Types?: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
            v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
            /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
            naiveTime?: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
            identifiers?: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. Null: no longer stated here. */
            mcpWrites?: "off" | "allowed" | null;
        };
    };
};
export type ImportClientSettingsBody = {
    organisation?: {
        /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
        v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
        /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
        v1CheckRefusal?: "false500" | "true200" | null;
        /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
        v1Types?: "text" | "typed" | null;
        /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
        v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
        /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
        naiveTime?: "auto" | "utc" | "org" | null;
        /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
        identifiers?: "first" | "strict" | null;
        /** Whether tools of /mcp may change anything. Null: no longer stated here. */
        mcpWrites?: "off" | "allowed" | null;
    };
    /** Tills by their codes. Each has exactly these settings afterwards. */
    tills?: {
        [key: string]: {
            /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
            v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
            v1CheckRefusal?: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
            v1Types?: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
            v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
            /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
            naiveTime?: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
            identifiers?: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. Null: no longer stated here. */
            mcpWrites?: "off" | "allowed" | null;
        };
    };
    /** OAuth clients by their names. Each has exactly these settings afterwards. */
    clients?: {
        [key: string]: {
            /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
            v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
            /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
            v1CheckRefusal?: "false500" | "true200" | null;
            /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
            v1Types?: "text" | "typed" | null;
            /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
            v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
            /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
            naiveTime?: "auto" | "utc" | "org" | null;
            /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
            identifiers?: "first" | "strict" | null;
            /** Whether tools of /mcp may change anything. Null: no longer stated here. */
            mcpWrites?: "off" | "allowed" | null;
        };
    };
};
export type ImportClientSettingsAnswer = {
    isDryRun: boolean;
    /** What the document states differently; nothing else was changed. */
    changed: {
        kind: "organisation" | "till" | "client";
        name: string | null;
        settings: {
            name: string;
            before: string | null;
            after: string | null;
        }[];
    }[];
};
export type ListClientSettingsAnswer = {
    clientSettings: {
        name: string;
        "default": string;
        meaning: string;
        /** What is seen of a program for which the setting should be changed. */
        symptom: string;
        values: {
            value: string;
            meaning: string;
        }[];
    }[];
};
export type SetTillClientSettingsBody = {
    /** HTTP status of a v1.1 answer in which no item succeeded. Null: no longer stated here. */
    v1AllFailedStatus?: "200" | "400" | "500" | 200 | 400 | 500 | null;
    /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. Null: no longer stated here. */
    v1CheckRefusal?: "false500" | "true200" | null;
    /** JSON types of flags, codes and figures in v1.1 answers. Null: no longer stated here. */
    v1Types?: "text" | "typed" | null;
    /** HTTP status of a v2 answer that refuses a coupon. Null: no longer stated here. */
    v2RefusalStatus?: "published" | "200" | "400" | 200 | 400 | null;
    /** How a time of a redemption that states no offset is read. Null: no longer stated here. */
    naiveTime?: "auto" | "utc" | "org" | null;
    /** What several identifiers of a customer in one request mean. Null: no longer stated here. */
    identifiers?: "first" | "strict" | null;
    /** Whether tools of /mcp may change anything. Null: no longer stated here. */
    mcpWrites?: "off" | "allowed" | null;
};
export type SetTillClientSettingsAnswer = {
    id: number;
    clientSettings: {
        /** HTTP status of a v1.1 answer in which no item succeeded. */
        v1AllFailedStatus: "200" | "400" | "500" | null;
        /** Body of v1.1 coupon/isredeemable when the coupon cannot be redeemed. */
        v1CheckRefusal: "false500" | "true200" | null;
        /** JSON types of flags, codes and figures in v1.1 answers. */
        v1Types: "text" | "typed" | null;
        /** HTTP status of a v2 answer that refuses a coupon. */
        v2RefusalStatus: "published" | "200" | "400" | null;
        /** How a time of a redemption that states no offset is read. */
        naiveTime: "auto" | "utc" | "org" | null;
        /** What several identifiers of a customer in one request mean. */
        identifiers: "first" | "strict" | null;
        /** Whether tools of /mcp may change anything. */
        mcpWrites: "off" | "allowed" | null;
    };
};
export type RevokeTillAnswer = {
    id: number;
    isRevoked: boolean;
};
export type SetTillLimitsBody = {
    /** 0: none. Null or omitted: as configured for the server. */
    readsPerMinute?: number | null;
    /** 0: none. Null or omitted: as configured for the server. */
    writesPerMinute?: number | null;
    /** 0: none. Null or omitted: as configured for the server. */
    bulkPerMinute?: number | null;
    /** 0: none. Null or omitted: as configured for the server. */
    adminPerMinute?: number | null;
    /** 0: none. Null or omitted: as configured for the server. */
    failedLookupsPerHour?: number | null;
};
export type SetTillLimitsAnswer = {
    id: number;
    limits: {
        /** 0: none. Null or omitted: as configured for the server. */
        readsPerMinute?: number | null;
        /** 0: none. Null or omitted: as configured for the server. */
        writesPerMinute?: number | null;
        /** 0: none. Null or omitted: as configured for the server. */
        bulkPerMinute?: number | null;
        /** 0: none. Null or omitted: as configured for the server. */
        adminPerMinute?: number | null;
        /** 0: none. Null or omitted: as configured for the server. */
        failedLookupsPerHour?: number | null;
    };
};
export type ListAccessGroupsAnswer = {
    accessGroups: {
        id: number;
        name: string;
        access: {
            customer: "none" | "read" | "write";
            coupon: "none" | "read" | "write";
            series: "none" | "read" | "write";
            organisation: "none" | "read" | "write";
            webhook: "none" | "read" | "write";
        };
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
    }[];
};
export type CreateAccessGroupBody = {
    name: string;
    access?: {
        customer?: "none" | "read" | "write";
        coupon?: "none" | "read" | "write";
        series?: "none" | "read" | "write";
        organisation?: "none" | "read" | "write";
        webhook?: "none" | "read" | "write";
    };
};
export type CreateAccessGroupAnswer = {
    id: number;
    name: string;
    access: {
        customer: "none" | "read" | "write";
        coupon: "none" | "read" | "write";
        series: "none" | "read" | "write";
        organisation: "none" | "read" | "write";
        webhook: "none" | "read" | "write";
    };
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
};
export type UpdateAccessGroupBody = {
    name?: string;
    access?: {
        customer?: "none" | "read" | "write";
        coupon?: "none" | "read" | "write";
        series?: "none" | "read" | "write";
        organisation?: "none" | "read" | "write";
        webhook?: "none" | "read" | "write";
    };
};
export type CreateZoneBody = {
    code: string;
    name?: string;
};
export type ListStoresAnswer = {
    stores: {
        id: number;
        code: string;
        name: string;
        isActive: boolean;
        zoneId: number | null;
        conceptId: number | null;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
    }[];
};
export type MoveStoreBody = {
    zoneId?: number | null;
    conceptId?: number | null;
};
export type BlockCustomerBody = {
    isBlocked: boolean;
};
export type BlockCustomerAnswer = {
    id: number;
    isBlocked: boolean;
};
export type EraseCustomerAnswer = {
    id: number;
    identifiersErased: number;
    storedAnswersErased: number;
};
export type PreviewMergeAnswer = {
    survivor: {
        id: number;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        firstName: string;
        lastName: string;
        identifiers: {
            /** mobile, email or externalId. */
            "type": string;
            value: string;
            /** False: it came by an earlier merge, and finds the customer without being printed. */
            isShown: boolean;
        }[];
        isBlocked: boolean;
        /** Coupons that are not revoked. */
        coupons: number;
        /** Those of them that are neither expired nor used up. */
        workingCoupons: number;
        /** Redemptions that are not reversed. */
        redemptions: number;
        /** Checkouts that have reserved coupons. */
        liveHolds: number;
        notes: number;
    };
    retired: {
        id: number;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        firstName: string;
        lastName: string;
        identifiers: {
            /** mobile, email or externalId. */
            "type": string;
            value: string;
            /** False: it came by an earlier merge, and finds the customer without being printed. */
            isShown: boolean;
        }[];
        isBlocked: boolean;
        /** Coupons that are not revoked. */
        coupons: number;
        /** Those of them that are neither expired nor used up. */
        workingCoupons: number;
        /** Redemptions that are not reversed. */
        redemptions: number;
        /** Checkouts that have reserved coupons. */
        liveHolds: number;
        notes: number;
    };
    /** What the merge will do, in sentences. */
    effects: string[];
    /** Unredeemed coupons of common codes that both hold; they will be revoked. */
    revokedCoupons: number;
    /** Redeemed coupons of common codes that both hold; they will be left without further use. */
    supersededCoupons: number;
    /** Limits per customer that both together reach and neither does alone. */
    reachedLimits: {
        seriesId: number;
        description: string;
        /** redemptions, coupons or budget, each per customer. */
        limit: string;
        /** By both together. */
        used: number;
        max: number;
    }[];
};
export type MergeCustomersBody = {
    /** The customer who is merged into this one. */
    retiredId: number;
    /** The version of that customer as it was read; if it was changed since, the answer is 412. If-Match does the same for this customer. */
    retiredVersion?: number;
};
export type MergeCustomersAnswer = {
    /** The customer who has everything now. */
    id: number;
    /** The customer whose id leads there. */
    retiredId: number;
    mergeId: number;
    /** Coupons that changed their holder, revoked ones included. */
    coupons: number;
    /** Redemptions that count for this customer now, reversed ones included. */
    redemptions: number;
    /** Identifiers that find this customer now. */
    identifiers: number;
    revokedCoupons: number;
    supersededCoupons: number;
};
export type ListMergesAnswer = {
    /** The customer who has everything, also if the id of a merged one was given. */
    id: number;
    /** Latest first; at most 100. */
    merges: {
        /** The customer whose id leads here. */
        retiredId: number;
        mergedAt: string;
        /** Coupons that changed over, revoked ones included. */
        coupons: number;
        /** Redemptions that changed over, reversed ones included. */
        redemptions: number;
    }[];
    /** Identifiers that find the customer and are not shown by other calls. */
    alsoFoundBy: {
        "type": string;
        value: string;
    }[];
};
export type AddCustomerNoteBody = {
    /** 1 to 2000 characters, and not only blanks. */
    text: string;
};
export type ListCustomerNotesAnswer = {
    notes: {
        id: number;
        text: string;
        author: {
            /** user or client. */
            kind: string;
            id: number;
            name: string | null;
        };
        createdAt: string;
    }[];
    nextCursor: string | null;
};
export type GetCouponHistoryAnswer = {
    /** Latest first. */
    history: {
        /** Unique within the history. */
        id: string;
        at: string;
        /** note, customer.registered, coupon.created, coupon.issued, coupon.redeemed, coupon.reversed, coupon.returned, coupon.revoked, coupon.expiry-changed, coupon.held, coupon.hold-released, coupon.hold-expired, or an action of the audit log. */
        what: string;
        by: {
            /** user, client, till or command-line. */
            kind: string;
            id: number | null;
            name: string | null;
        } | null;
        reason: string | null;
        coupon: {
            id: number;
            code: string;
            seriesId: number;
            seriesDescription: string;
        } | null;
        redemptionId: number | null;
        storeName: string | null;
        billNumber: string | null;
        amount: string | null;
        note: string | null;
        before: {
            [key: string]: unknown;
        } | null;
        after: {
            [key: string]: unknown;
        } | null;
    }[];
    nextCursor: string | null;
};
export type SearchSeriesAnswer = {
    series: {
        customPropertyMap?: {
            [key: string]: string;
        };
        id: number;
        orgId: number;
        description: string;
        /** NO_VALUE: none. */
        discountCode: string;
        /** Midnight of the last day. */
        validTillDate: string;
        /** The last instant. */
        validTillDateTime: string;
        validDaysFromCreation: number;
        /** -1: none. */
        expiryStrategyValue: number;
        /** -1: none. */
        maxCreate: number;
        /** -1: none. */
        maxRedeem: number;
        isTransferrable: false;
        anyUser: boolean;
        sameUserMultipleRedeem: boolean;
        isReferralExistingUsersAllowed: boolean;
        isMultipleUseAllowed: boolean;
        isValidationRequired: boolean;
        isValidWithDiscountedItem: boolean;
        /** The till; -1: none. */
        createdBy: number;
        numIssued: number;
        numRedeemed: number;
        /** When it was created. */
        createdOn: string;
        /** When it was last saved. */
        lastUsed: string;
        seriesCode: string;
        smsTemplate: string;
        isSMSDisabled: boolean;
        info: string;
        isMultipleVouchersPerUserAllowed: boolean;
        doNotResendExistingVoucher: boolean;
        /** A list as JSON. */
        mutualExclusiveSeriesIds: string;
        storeIdsJson: "[-1]";
        isDvsEnabled: false;
        /** The day on which it was last saved. */
        dvsExpiryDate: string;
        priority: 0;
        shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
        /** -1: none. */
        maxVouchersPerUser: number;
        /** -1: none. */
        minDaysBetweenVouchers: number;
        /** -1: none. */
        maxReferralsPerReferee: number;
        /** 0: no cap. */
        discountUpto: number;
        discountValue: number;
        dvsItems: "items";
        /** An object of dom, dow and hours as JSON. */
        redemptionRange: string;
        /** -1: none. */
        minBillAmount: number;
        /** -1: none. */
        maxBillAmount: number;
        redeemAtStore: "[-1]";
        campaignId: -1;
        tag: string;
        /** -1: none. */
        maxRedemptionsInSeriesPerUser: number;
        /** -1: none. */
        minDaysBetweenRedemption: number;
        /** Midnight of the first day; without one, of the day it was last saved. */
        redemptionValidFrom: string;
        sourceOrgId: -1;
        issueToLoyalty: false;
        redeemStoreType: "redeemable_stores";
        offlineRedeemType: false;
        isOldFlowEnabled: false;
        isPreRedeemEventRequired: false;
        termsAndConditions: "T&C";
        signalRedemptionEvent: false;
        syncToClient: false;
        showPinCode: false;
        targetUserDetails?: {
            validMaxUserTransactionLimit?: number;
            validUserRegistrationStartTime?: number;
            validUserRegistrationEndTime?: number;
        };
        numUploadedNonIssued: number;
        numUploadedTotal: number;
        redemptionValidAfterDays: number;
        ownedBy: "NONE";
        ownerId: -1;
        ownerValidity: 0;
        alphaNumeric: boolean;
        shortCodeLength: 0;
        randomCodeLength: number;
        /** Midnight of the last day, epoch milliseconds. */
        fixedExpiryDate: number;
        /** maxCreate. */
        numTotal: number;
        /** Epoch milliseconds; 0: never. */
        latestIssualTime: number;
        /** Epoch milliseconds; 0: never. */
        latestRedemptionTime: number;
        genericCode?: string;
        resendMessageEnabled: boolean;
        /** -1: none. */
        redemptionPerCouponMaxLimit: number;
        couponPrefix?: string;
        couponSuffix?: string;
        isPrefixEnabled?: boolean;
        isSuffixEnabled?: boolean;
        orgPrefixOverride?: boolean;
        orgSuffixOverride?: boolean;
        seriesType: "UNDEFINED";
        /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
        clientHandlingType: string;
        /** SERIES_EXPIRY, DAYS or MONTHS_END. */
        expiryStrategyType: string;
        discountOn: "BILL";
        /** ABS or PERC. */
        discountType: string;
        updateProductData: false;
        externalIssual: false;
        /** As it was stated. */
        productInfo?: {
            productType: string;
            productIds?: number[];
            productCodes?: string[];
        }[];
        /** As it was stated. */
        redemptionOrgEntityDetails?: {
            redemptionOrgEntityType: string;
            orgEntityId: number;
        }[];
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
        /** coming: neither issued nor redeemed yet. */
        state: "ended" | "stopped" | "paused" | "coming" | "running";
        halt: {
            "as": "paused" | "stopped";
            /** When it was halted. */
            since: string;
            reason: string;
            by: string | null;
        } | null;
        /** The parts of the contract’s tag, separated by commas. */
        tags: string[];
        issueFrom: string | null;
        redeemableFrom: string | null;
        /** The last instant. */
        endsAt: string;
    }[];
    /** How many series match; the page has at most limit of them. */
    total: number;
    /** How many match in each state, whatever states are asked for. */
    states: {
        /** coming: neither issued nor redeemed yet. */
        state: "ended" | "stopped" | "paused" | "coming" | "running";
        series: number;
    }[];
};
export type GetSeriesAnswer = {
    customPropertyMap?: {
        [key: string]: string;
    };
    id: number;
    orgId: number;
    description: string;
    /** NO_VALUE: none. */
    discountCode: string;
    /** Midnight of the last day. */
    validTillDate: string;
    /** The last instant. */
    validTillDateTime: string;
    validDaysFromCreation: number;
    /** -1: none. */
    expiryStrategyValue: number;
    /** -1: none. */
    maxCreate: number;
    /** -1: none. */
    maxRedeem: number;
    isTransferrable: false;
    anyUser: boolean;
    sameUserMultipleRedeem: boolean;
    isReferralExistingUsersAllowed: boolean;
    isMultipleUseAllowed: boolean;
    isValidationRequired: boolean;
    isValidWithDiscountedItem: boolean;
    /** The till; -1: none. */
    createdBy: number;
    numIssued: number;
    numRedeemed: number;
    /** When it was created. */
    createdOn: string;
    /** When it was last saved. */
    lastUsed: string;
    seriesCode: string;
    smsTemplate: string;
    isSMSDisabled: boolean;
    info: string;
    isMultipleVouchersPerUserAllowed: boolean;
    doNotResendExistingVoucher: boolean;
    /** A list as JSON. */
    mutualExclusiveSeriesIds: string;
    storeIdsJson: "[-1]";
    isDvsEnabled: false;
    /** The day on which it was last saved. */
    dvsExpiryDate: string;
    priority: 0;
    shortSMSTemplate: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
    /** -1: none. */
    maxVouchersPerUser: number;
    /** -1: none. */
    minDaysBetweenVouchers: number;
    /** -1: none. */
    maxReferralsPerReferee: number;
    /** 0: no cap. */
    discountUpto: number;
    discountValue: number;
    dvsItems: "items";
    /** An object of dom, dow and hours as JSON. */
    redemptionRange: string;
    /** -1: none. */
    minBillAmount: number;
    /** -1: none. */
    maxBillAmount: number;
    redeemAtStore: "[-1]";
    campaignId: -1;
    tag: string;
    /** -1: none. */
    maxRedemptionsInSeriesPerUser: number;
    /** -1: none. */
    minDaysBetweenRedemption: number;
    /** Midnight of the first day; without one, of the day it was last saved. */
    redemptionValidFrom: string;
    sourceOrgId: -1;
    issueToLoyalty: false;
    redeemStoreType: "redeemable_stores";
    offlineRedeemType: false;
    isOldFlowEnabled: false;
    isPreRedeemEventRequired: false;
    termsAndConditions: "T&C";
    signalRedemptionEvent: false;
    syncToClient: false;
    showPinCode: false;
    targetUserDetails?: {
        validMaxUserTransactionLimit?: number;
        validUserRegistrationStartTime?: number;
        validUserRegistrationEndTime?: number;
    };
    numUploadedNonIssued: number;
    numUploadedTotal: number;
    redemptionValidAfterDays: number;
    ownedBy: "NONE";
    ownerId: -1;
    ownerValidity: 0;
    alphaNumeric: boolean;
    shortCodeLength: 0;
    randomCodeLength: number;
    /** Midnight of the last day, epoch milliseconds. */
    fixedExpiryDate: number;
    /** maxCreate. */
    numTotal: number;
    /** Epoch milliseconds; 0: never. */
    latestIssualTime: number;
    /** Epoch milliseconds; 0: never. */
    latestRedemptionTime: number;
    genericCode?: string;
    resendMessageEnabled: boolean;
    /** -1: none. */
    redemptionPerCouponMaxLimit: number;
    couponPrefix?: string;
    couponSuffix?: string;
    isPrefixEnabled?: boolean;
    isSuffixEnabled?: boolean;
    orgPrefixOverride?: boolean;
    orgSuffixOverride?: boolean;
    seriesType: "UNDEFINED";
    /** DISC_CODE, DISC_CODE_PIN or GENERIC. */
    clientHandlingType: string;
    /** SERIES_EXPIRY, DAYS or MONTHS_END. */
    expiryStrategyType: string;
    discountOn: "BILL";
    /** ABS or PERC. */
    discountType: string;
    updateProductData: false;
    externalIssual: false;
    /** As it was stated. */
    productInfo?: {
        productType: string;
        productIds?: number[];
        productCodes?: string[];
    }[];
    /** As it was stated. */
    redemptionOrgEntityDetails?: {
        redemptionOrgEntityType: string;
        orgEntityId: number;
    }[];
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
    /** coming: neither issued nor redeemed yet. */
    state: "ended" | "stopped" | "paused" | "coming" | "running";
    halt: {
        "as": "paused" | "stopped";
        /** When it was halted. */
        since: string;
        reason: string;
        by: string | null;
    } | null;
    /** The parts of the contract’s tag, separated by commas. */
    tags: string[];
    issueFrom: string | null;
    redeemableFrom: string | null;
    /** The last instant. */
    endsAt: string;
};
export type ListSeriesTagsAnswer = {
    /** The most frequent first; at most 200. */
    tags: {
        tag: string;
        series: number;
    }[];
};
export type SetScheduleBody = {
    issueFrom?: (number | string) | null;
    redeemableFrom?: (number | string) | null;
    /** The last instant; a day without a time means its end. */
    endsAt: number | string;
};
export type GetReachOfSeriesAnswer = {
    /** Coupons of customers that are neither revoked, expired nor used up; at most 200000. */
    coupons: number;
    /** Their holders. */
    customers: number;
    /** Checkouts that have reserved coupons of the series. */
    liveHolds: number;
    /** More coupons work than were counted. */
    isMore: boolean;
};
export type CreateCodesBody = {
    /** 1 to 10000000. */
    count: number;
    /** Codes that can be guessed within a year too. */
    allowWeak?: boolean;
};
export type CreateCodesAnswer = {
    id: number;
    seriesId: number;
    /** making, done, cancelled, failed, voiding or voided. */
    state: string;
    asked: number;
    made: number;
    voided: number;
    failure: string | null;
    createdAt: string;
    endedAt: string | null;
    exportedAt: string | null;
    form: {
        /** Characters that random ones are drawn from, in order. */
        alphabet: string;
        /** Each # is a random character. */
        pattern: string;
        prefix: string;
        suffix: string;
        /** A check character stands behind the last random one. */
        checkCharacter: boolean;
    };
    /** A spreadsheet changes codes of the form when it opens them as numbers or dates. */
    spreadsheetRisk: boolean;
    /** When the batch was ordered. */
    strength: {
        /** How many different codes the form has: a decimal of any length. */
        keyspace: string;
        /** Codes of the form that work, with all of the batch. */
        liveCodes: string;
        guessesPerHit: string;
        /** At the permitted rate of guesses. */
        daysPerHit: string;
        /** Guessed within a year. */
        weak: boolean;
    };
};
export type ListCodeBatchesAnswer = {
    batches: {
        id: number;
        seriesId: number;
        /** making, done, cancelled, failed, voiding or voided. */
        state: string;
        asked: number;
        made: number;
        voided: number;
        failure: string | null;
        createdAt: string;
        endedAt: string | null;
        exportedAt: string | null;
        form: {
            /** Characters that random ones are drawn from, in order. */
            alphabet: string;
            /** Each # is a random character. */
            pattern: string;
            prefix: string;
            suffix: string;
            /** A check character stands behind the last random one. */
            checkCharacter: boolean;
        };
        /** A spreadsheet changes codes of the form when it opens them as numbers or dates. */
        spreadsheetRisk: boolean;
        /** When the batch was ordered. */
        strength: {
            /** How many different codes the form has: a decimal of any length. */
            keyspace: string;
            /** Codes of the form that work, with all of the batch. */
            liveCodes: string;
            guessesPerHit: string;
            /** At the permitted rate of guesses. */
            daysPerHit: string;
            /** Guessed within a year. */
            weak: boolean;
        };
    }[];
};
export type GetCodeFormAnswer = {
    /** Characters that random ones are drawn from, in order. */
    alphabet: string;
    /** Each # is a random character. */
    pattern: string;
    prefix: string;
    suffix: string;
    /** A check character stands behind the last random one. */
    checkCharacter: boolean;
};
export type SetCodeFormBody = {
    /** numeric, alphanumeric, unambiguous, or 2 to 36 letters and digits of your own. */
    alphabet?: string | null;
    pattern?: string | null;
    checkCharacter?: boolean;
};
export type GetItemRulesAnswer = {
    /** As it was stated. */
    excludedProducts: {
        productType: string;
        productIds?: number[];
        productCodes?: string[];
    }[];
    minQuantity: number | null;
};
export type SetItemRulesBody = {
    excludedProducts?: {
        productType?: string | null;
        productIds?: (number | string)[] | null;
        productCodes?: (string | number)[] | null;
    }[] | null;
    minQuantity?: number | null;
};
export type GetBudgetAnswer = {
    total: string | null;
    perCustomer: string | null;
    periods: {
        per: "day" | "week" | "month";
        amount: string | null;
        uses: number | null;
        usesPerCustomer: number | null;
        /** The first day of the current period, YYYY-MM-DD. */
        startsOn: string;
        /** In the current period, if it limits an amount or uses. */
        given: string;
        left: string | null;
        /** In the current period, if it limits an amount or uses. */
        used: number;
        usesLeft: number | null;
    }[];
    whenItDoesNotFit: ("refuse" | "part") | null;
    /** Shares that are announced, ascending. */
    alertAtPercent: number[];
    /** Announced shares of the current limits, of the total and of the current periods. */
    reached: {
        per: "total" | "day" | "week" | "month";
        limitOf: "amount" | "uses";
        percent: number;
        /** When it was announced. */
        reachedAt: string;
    }[];
    timeZone: string | null;
    currency: string | null;
    /** By standing redemptions; an unknown discount counts as 0. */
    given: string;
    /** Reserved by live holds. It is deducted from what is left in total and in each current period. */
    held: string;
    /** The number of uses that they reserve. */
    usesHeld: number;
    left: string | null;
    /** The average of the last 7 days. */
    ratePerDay: string;
    runsOutAt: string | null;
};
export type SetBudgetBody = {
    total?: (number | string) | null;
    perCustomer?: (number | string) | null;
    periods?: {
        per: "day" | "week" | "month";
        amount?: (number | string) | null;
        uses?: number | null;
        usesPerCustomer?: number | null;
    }[] | null;
    /** If a computed discount exceeds the amount left: refuse (the default) refuses the redemption, part gives the amount left. An amount that a till states is never reduced. */
    whenItDoesNotFit?: "refuse" | "part";
    /** Shares at which the total and the limits of each period are announced (event BudgetShareReached), in percent. 50, 80, 95 by default; an empty list announces nothing. */
    alertAtPercent?: number[];
};
export type GetBurnDownAnswer = {
    currency: string | null;
    total: string | null;
    /** Consecutive days; the last one is today. */
    days: {
        /** YYYY-MM-DD in the time zone of the organisation. */
        day: string;
        /** By redemptions of the day, including those reversed later. */
        given: string;
        /** By reversals and returns of the day, whenever the redemptions were made. */
        givenBack: string;
        /** The sum given and not given back, at the end of the day. */
        takenInAll: string;
        left: string | null;
    }[];
};
export type ListHoldsAnswer = {
    holds: {
        id: number;
        /** The caller's own name for the checkout. */
        reference: string;
        /** live, redeemed, released, replaced or expired. Only a live hold reserves. */
        status: string;
        /** The customer for whom the coupons are reserved. */
        customer: {
            id: number;
            name: string | null;
        };
        madeBy: {
            /** till, client or user. */
            kind: string;
            id: number;
            name: string | null;
        };
        store: {
            id: number;
            /** Its name. */
            name: string;
        } | null;
        till: {
            id: number;
            /** Its code. */
            name: string;
        } | null;
        /** When the hold was placed. */
        createdAt: string;
        /** From this instant on, the hold reserves nothing. */
        expiresAt: string;
        endedAt: string | null;
        /** The coupons that the hold reserves now. */
        reserves: {
            couponId: number;
            code: string | null;
            series: {
                id: number;
                /** Its description. */
                name: string;
            };
            /** The amount of a budget reserved with it, as a decimal text. */
            discount: string;
        }[];
        /** The sum of these discounts. */
        total: string;
        currency: string | null;
    }[];
    /** Null: this is the last page. */
    nextCursor: string | null;
};
export type GetHoldOfCheckoutAnswer = {
    id: number;
    /** The caller's own name for the checkout. */
    reference: string;
    /** live, redeemed, released, replaced or expired. Only a live hold reserves. */
    status: string;
    /** The customer for whom the coupons are reserved. */
    customer: {
        id: number;
        name: string | null;
    };
    madeBy: {
        /** till, client or user. */
        kind: string;
        id: number;
        name: string | null;
    };
    store: {
        id: number;
        /** Its name. */
        name: string;
    } | null;
    till: {
        id: number;
        /** Its code. */
        name: string;
    } | null;
    /** When the hold was placed. */
    createdAt: string;
    /** From this instant on, the hold reserves nothing. */
    expiresAt: string;
    endedAt: string | null;
    /** The coupons that the hold reserves now. */
    reserves: {
        couponId: number;
        code: string | null;
        series: {
            id: number;
            /** Its description. */
            name: string;
        };
        /** The amount of a budget reserved with it, as a decimal text. */
        discount: string;
    }[];
    /** The sum of these discounts. */
    total: string;
    currency: string | null;
};
export type CreateWebhookBody = {
    name: string;
    /** https, at a public address. */
    url: string;
    /** CouponIssue, CouponRedeem, CouponReversal, DiscountReturn, CouponRevocation, CouponExpiryChange, CouponExpiringSoon, SeriesLimitNear, BudgetShareReached, SeriesPaused, SeriesStopped, SeriesResumed, CustomerMerge, GuessingNoticed */
    eventNames: string[];
    /** Sent with every message. Their values are not shown again. */
    headers?: {
        [key: string]: string;
    };
    maxConnections?: number;
    /** Identifiers of the customer to include in messages: mobile, email, externalId. */
    identifiers?: string[];
};
export type CreateWebhookAnswer = {
    id: number;
    name: string;
    url: string;
    eventNames: string[];
    /** active, paused or stopped. */
    state: string;
    stoppedBecause: string | null;
    headerNames: string[] | null;
    maxConnections: number;
    identifiers: string[];
    /** Attempts that have failed since the last success. */
    failures: number;
    failingSince: string | null;
    heldUntil: string | null;
    formerSecretUntil: string | null;
    isReplaying: boolean;
    /** In the time zone of the organisation. */
    createdAt: string;
    /** In the time zone of the organisation. */
    updatedAt: string;
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
    /** Shown this once. Messages are signed with it. */
    secret: string;
};
export type ListWebhooksAnswer = {
    webhooks: {
        id: number;
        name: string;
        url: string;
        eventNames: string[];
        /** active, paused or stopped. */
        state: string;
        stoppedBecause: string | null;
        headerNames: string[] | null;
        maxConnections: number;
        identifiers: string[];
        /** Attempts that have failed since the last success. */
        failures: number;
        failingSince: string | null;
        heldUntil: string | null;
        formerSecretUntil: string | null;
        isReplaying: boolean;
        /** In the time zone of the organisation. */
        createdAt: string;
        /** In the time zone of the organisation. */
        updatedAt: string;
        /** Counts its changes. As an ETag, for If-Match. */
        version: number;
    }[];
};
export type GetWebhookAnswer = {
    id: number;
    name: string;
    url: string;
    eventNames: string[];
    /** active, paused or stopped. */
    state: string;
    stoppedBecause: string | null;
    headerNames: string[] | null;
    maxConnections: number;
    identifiers: string[];
    /** Attempts that have failed since the last success. */
    failures: number;
    failingSince: string | null;
    heldUntil: string | null;
    formerSecretUntil: string | null;
    isReplaying: boolean;
    /** In the time zone of the organisation. */
    createdAt: string;
    /** In the time zone of the organisation. */
    updatedAt: string;
    /** Counts its changes. As an ETag, for If-Match. */
    version: number;
};
export type ChangeWebhookBody = {
    name?: string;
    /** https, at a public address. */
    url?: string;
    /** CouponIssue, CouponRedeem, CouponReversal, DiscountReturn, CouponRevocation, CouponExpiryChange, CouponExpiringSoon, SeriesLimitNear, BudgetShareReached, SeriesPaused, SeriesStopped, SeriesResumed, CustomerMerge, GuessingNoticed */
    eventNames?: string[];
    /** Sent with every message. Their values are not shown again. */
    headers?: {
        [key: string]: string;
    };
    maxConnections?: number;
    /** Identifiers of the customer to include in messages: mobile, email, externalId. */
    identifiers?: string[];
};
export type DeleteWebhookAnswer = {
    id: number;
    isDeleted: boolean;
};
export type RotateWebhookSecretBody = {
    /** Default 24; 0 ends the old one now. */
    overlapHours?: number;
};
export type ListWebhookMessagesAnswer = {
    messages: {
        eventId: string;
        eventName: string;
        refId: string;
        requestId: string | null;
        couponId: number | null;
        /** open, delivered or parked. */
        state: string;
        attempts: number;
        lastOutcome: string | null;
        lastStatus: number | null;
        /** In the time zone of the organisation. */
        occurredAt: string;
        dueAt: string | null;
        deliveredAt: string | null;
    }[];
};
export type GetWebhookMessageAnswer = {
    eventId: string;
    eventName: string;
    refId: string;
    requestId: string | null;
    couponId: number | null;
    /** open, delivered or parked. */
    state: string;
    attempts: number;
    lastOutcome: string | null;
    lastStatus: number | null;
    /** In the time zone of the organisation. */
    occurredAt: string;
    dueAt: string | null;
    deliveredAt: string | null;
    attemptsMade: {
        "number": number;
        /** In the time zone of the organisation. */
        attemptedAt: string;
        outcome: string;
        httpStatus: number | null;
        durationMs: number;
    }[];
};
export type ReplayWebhookMessageAnswer = {
    eventId: string;
};
export type ReplayWebhookBody = {
    /** An instant with its offset. */
    since?: string;
    afterEventId?: string;
};
export type ReplayWebhookAnswer = {
    id: number;
    isReplaying: boolean;
};
export type ReplayParkedMessagesAnswer = {
    id: number;
    messages: number;
};
export type RegisterWebHookBody = {
    active?: boolean | null;
    name: string;
    eventNames: string[];
    webHookUrl: string;
    webHookType?: string | null;
    methodType?: string | null;
    webHookHeaders?: {
        [key: string]: string;
    } | null;
    maxAllowedConnections?: (number | string) | null;
    slaInSeconds?: (number | string) | null;
    customerIdentifiersToBeEnriched?: string[] | null;
};
export type RegisterWebHookAnswer = {
    data: {
        webHookId: number;
        name: string;
        active: boolean;
        eventNames: string[];
        webHookUrl: string;
        webHookType: string;
        methodType: string;
        webHookHeaders: {
            [key: string]: string;
        };
        maxAllowedConnections: number;
        slaInSeconds: number;
        customerIdentifiersToBeEnriched: string[];
        consumerGroupId: number;
        noOfRetryAttempts: number;
        tillDetailsEnrichmentEnabled: boolean;
        storeDetailsEnrichmentEnabled: boolean;
        attribution: unknown;
        signingSecret: string;
    };
    errors: null;
};
export type GetWebHooksAnswer = {
    data: {
        webHookId: number;
        name: string;
        active: boolean;
        eventNames: string[];
        webHookUrl: string;
        webHookType: string;
        methodType: string;
        webHookHeaders: {
            [key: string]: string;
        };
        maxAllowedConnections: number;
        slaInSeconds: number;
        customerIdentifiersToBeEnriched: string[];
        consumerGroupId: number;
        noOfRetryAttempts: number;
        tillDetailsEnrichmentEnabled: boolean;
        storeDetailsEnrichmentEnabled: boolean;
        attribution: unknown;
    }[];
    errors: null;
};
export type GetEventLogAnswer = {
    data: {
        eventId: string;
        eventName: string;
        refId: string;
        requestId: string | null;
        webHookId: number;
        webHookName: string;
        /** OPEN, DELIVERED or PARKED. */
        status: string;
        attempts: number;
        responseCode: number | null;
        createdOn: string;
        deliveredOn: string | null;
    }[];
    errors: null;
};
export type UploadCouponsAnswer = {
    success: true;
    status: number;
    result: {
        orgId: number;
        couponSeriesId: number;
        uploadJobStatuses: {
            jobId: number;
            /** STARTED, RUNNING, FINISHED or FAILED. */
            uploadStatus: string;
            /** Milliseconds since 1970. */
            createdOn: string;
            /** Milliseconds since 1970. */
            updatedOn: string;
            /** Path of the refused rows; null: there are none, the upload has not ended, or they are no longer retained. */
            errorFileUrl: string | null;
            successFileUrl: string | null;
            uploadedFileUrl: string;
            /** Number of rows that have been imported or were already present so far. */
            totalUploadedCount: number;
            /** Rows of the file below its header. */
            actualRowCount: number;
            /** Rows that were refused, so far. */
            errorCount: number;
            uploadTableName: string | null;
            uploadedFileName: string;
            audienceGroupId: number;
            audienceGroupVersionId: number;
            /** The separator of the cells: a comma, a semicolon or a tab; null: no longer known. */
            delimiter: string | null;
            /** The columns that were taken. */
            columns: {
                /** code, mobile, email, externalId, customerId, or as uploadHeaders calls it. */
                holds: string;
                /** Counted from 0. */
                column: number;
                /** What the first line of the file calls it. */
                name: string;
                /** Of codes the first one; null: of other columns, and in lists also for those who may not upload and where codes wait for customers. */
                firstValue: string | null;
            }[];
        }[];
        fileName: string;
    };
};
export type UploadRedemptionsAnswer = {
    success: true;
    status: number;
    result: {
        orgId: number;
        couponSeriesId: number;
        redeemUploadJobStatuses: {
            jobId: number;
            /** QUEUED, RUNNING, COMPLETED or FAILED. */
            uploadRedeemedCouponStatus: string;
            /** Milliseconds since 1970. */
            createdOn: string;
            /** Milliseconds since 1970. */
            updatedOn: string;
            /** Path of the refused rows; null: there are none, the upload has not ended, or they are no longer retained. */
            errorFileUrl: string | null;
            successFileUrl: string | null;
            uploadedFileUrl: string;
            /** Number of rows that have been imported or were already present so far. */
            totalUploadedCount: number;
            /** Rows of the file below its header. */
            actualRowCount: number;
            /** Rows that were refused, so far. */
            errorCount: number;
            uploadTableName: string | null;
            uploadedFileName: string;
            /** The separator of the cells: a comma, a semicolon or a tab; null: no longer known. */
            delimiter: string | null;
            /** The columns that were taken. */
            columns: {
                /** code, mobile, email, externalId, customerId, or as uploadHeaders calls it. */
                holds: string;
                /** Counted from 0. */
                column: number;
                /** What the first line of the file calls it. */
                name: string;
                /** Of codes the first one; null: of other columns, and in lists also for those who may not upload and where codes wait for customers. */
                firstValue: string | null;
            }[];
        }[];
        fileName: string;
    };
};
export type GetUploadStatusAnswer = {
    success: true;
    status: number;
    result: {
        orgId: number;
        couponSeriesId: number;
        uploadJobStatuses: {
            jobId: number;
            /** STARTED, RUNNING, FINISHED or FAILED. */
            uploadStatus: string;
            /** Milliseconds since 1970. */
            createdOn: string;
            /** Milliseconds since 1970. */
            updatedOn: string;
            /** Path of the refused rows; null: there are none, the upload has not ended, or they are no longer retained. */
            errorFileUrl: string | null;
            successFileUrl: string | null;
            uploadedFileUrl: string;
            /** Number of rows that have been imported or were already present so far. */
            totalUploadedCount: number;
            /** Rows of the file below its header. */
            actualRowCount: number;
            /** Rows that were refused, so far. */
            errorCount: number;
            uploadTableName: string | null;
            uploadedFileName: string;
            audienceGroupId: number;
            audienceGroupVersionId: number;
            /** The separator of the cells: a comma, a semicolon or a tab; null: no longer known. */
            delimiter: string | null;
            /** The columns that were taken. */
            columns: {
                /** code, mobile, email, externalId, customerId, or as uploadHeaders calls it. */
                holds: string;
                /** Counted from 0. */
                column: number;
                /** What the first line of the file calls it. */
                name: string;
                /** Of codes the first one; null: of other columns, and in lists also for those who may not upload and where codes wait for customers. */
                firstValue: string | null;
            }[];
        }[];
    };
};
export type GetUploadRedeemedCouponStatusAnswer = {
    success: true;
    status: number;
    result: {
        orgId: number;
        couponSeriesId: number;
        redeemUploadJobStatuses: {
            jobId: number;
            /** QUEUED, RUNNING, COMPLETED or FAILED. */
            uploadRedeemedCouponStatus: string;
            /** Milliseconds since 1970. */
            createdOn: string;
            /** Milliseconds since 1970. */
            updatedOn: string;
            /** Path of the refused rows; null: there are none, the upload has not ended, or they are no longer retained. */
            errorFileUrl: string | null;
            successFileUrl: string | null;
            uploadedFileUrl: string;
            /** Number of rows that have been imported or were already present so far. */
            totalUploadedCount: number;
            /** Rows of the file below its header. */
            actualRowCount: number;
            /** Rows that were refused, so far. */
            errorCount: number;
            uploadTableName: string | null;
            uploadedFileName: string;
            /** The separator of the cells: a comma, a semicolon or a tab; null: no longer known. */
            delimiter: string | null;
            /** The columns that were taken. */
            columns: {
                /** code, mobile, email, externalId, customerId, or as uploadHeaders calls it. */
                holds: string;
                /** Counted from 0. */
                column: number;
                /** What the first line of the file calls it. */
                name: string;
                /** Of codes the first one; null: of other columns, and in lists also for those who may not upload and where codes wait for customers. */
                firstValue: string | null;
            }[];
        }[];
    };
};
export type IssueCouponsV11Body = {
    root: {
        coupon: {
            series_id?: (number | string) | null;
            customer?: {
                mobile?: (string | number) | null;
                email?: (string | number) | null;
                external_id?: (string | number) | null;
                id?: (number | string) | null;
                user_id?: (number | string) | null;
            } | null;
        } | {
            series_id?: (number | string) | null;
            customer?: {
                mobile?: (string | number) | null;
                email?: (string | number) | null;
                external_id?: (string | number) | null;
                id?: (number | string) | null;
                user_id?: (number | string) | null;
            } | null;
        }[];
    };
};
export type IssueCouponsV11Answer = {
    response: {
        status: {
            /** A real boolean in this call; partial: some items failed. */
            success: boolean | "partial";
            code: number;
            message: string;
        };
        coupon: {
            code?: string;
            series_id: string;
            description?: string;
            discount_code?: string;
            valid_till?: string;
            discount_type?: string;
            discount_value?: string;
            discount_upto?: string;
            discount_on?: string;
            detailed_info?: string;
            /** The same as it was printed before. */
            series_info?: {
                id: string;
                description: string;
                /** NO_VALUE: none. */
                discount_code: string;
                /** The last day, yyyy-MM-dd. */
                valid_till: string;
                /** ABS or PERC. */
                discount_type: string;
                discount_value: string;
                discount_on: "BILL";
                detailed_info: string;
            };
            customer: {
                mobile: string;
                email: string;
                external_id: string;
                user_id?: string;
            };
            item_status: {
                success: boolean;
                code: number;
                message: string;
            };
        } | {
            code?: string;
            series_id: string;
            description?: string;
            discount_code?: string;
            valid_till?: string;
            discount_type?: string;
            discount_value?: string;
            discount_upto?: string;
            discount_on?: string;
            detailed_info?: string;
            /** The same as it was printed before. */
            series_info?: {
                id: string;
                description: string;
                /** NO_VALUE: none. */
                discount_code: string;
                /** The last day, yyyy-MM-dd. */
                valid_till: string;
                /** ABS or PERC. */
                discount_type: string;
                discount_value: string;
                discount_on: "BILL";
                detailed_info: string;
            };
            customer: {
                mobile: string;
                email: string;
                external_id: string;
                user_id?: string;
            };
            item_status: {
                success: boolean;
                code: number;
                message: string;
            };
        }[];
    };
};
export type ResendCouponsV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        coupons: {
            coupon: {
                id?: string;
                code?: string;
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type RedeemCouponsV11Body = {
    root: {
        coupon: {
            code?: (string | number) | null;
            id?: (number | string) | null;
            customer?: {
                mobile?: (string | number) | null;
                email?: (string | number) | null;
                external_id?: (string | number) | null;
                id?: (number | string) | null;
                user_id?: (number | string) | null;
            } | null;
            custom_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
            discount_amount?: (number | string) | null;
            discountAmount?: (number | string) | null;
            redemption_time?: (string | number | boolean) | null;
            transaction?: ({
                "number"?: (string | number) | null;
                amount?: (number | string) | null;
            } | {
                "number"?: (string | number) | null;
                amount?: (number | string) | null;
            }[]) | null;
        } | {
            code?: (string | number) | null;
            id?: (number | string) | null;
            customer?: {
                mobile?: (string | number) | null;
                email?: (string | number) | null;
                external_id?: (string | number) | null;
                id?: (number | string) | null;
                user_id?: (number | string) | null;
            } | null;
            custom_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
            discount_amount?: (number | string) | null;
            discountAmount?: (number | string) | null;
            redemption_time?: (string | number | boolean) | null;
            transaction?: ({
                "number"?: (string | number) | null;
                amount?: (number | string) | null;
            } | {
                "number"?: (string | number) | null;
                amount?: (number | string) | null;
            }[]) | null;
        }[];
    };
};
export type RedeemCouponsV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        coupons: {
            coupon: {
                customer: {
                    mobile: string | null;
                    email: string | null;
                    external_id: string | null;
                    user_id?: string;
                };
                redemption_id?: string;
                code: string;
                discount_code?: string;
                series_code?: string;
                series_info?: unknown[];
                /** true or false. */
                is_absolute: string;
                coupon_value?: string;
                transaction: {
                    amount: string;
                    "number": string;
                };
                side_effects: unknown[];
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            } | {
                customer: {
                    mobile: string | null;
                    email: string | null;
                    external_id: string | null;
                    user_id?: string;
                };
                redemption_id?: string;
                code: string;
                discount_code?: string;
                series_code?: string;
                series_info?: unknown[];
                /** true or false. */
                is_absolute: string;
                coupon_value?: string;
                transaction: {
                    amount: string;
                    "number": string;
                };
                side_effects: unknown[];
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type GetCouponsV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            status: string | boolean;
        };
        coupons: {
            coupon: {
                id: string | -1;
                code: string | null;
                /** DD-MM-YYYY. */
                valid_till?: string;
                issued_on?: string;
                valid_from?: string;
                purpose?: string;
                custom_properties?: {
                    custom_property: {
                        name: string;
                        value: string;
                    }[];
                };
                series_id?: number;
                is_absolute: boolean;
                value: number | null;
                discount_upto: number | null;
                customer?: {
                    id: string;
                    name: string;
                    mobile: string | null;
                    email: string | null;
                    external_id: string | null;
                    user_id?: string;
                };
                /** The last redemption that stands. */
                redemption_info?: {
                    redeemed: "true";
                    id: number;
                    /** yyyy-MM-dd HH:mm:ss. */
                    redeemed_on: string;
                    /** Code of the till; empty: unknown. */
                    redeemed_at: string;
                    redeemed_by: {
                        firstname: string;
                        lastname: string;
                        email: string | null;
                        mobile: string | null;
                    };
                    store?: {
                        code: string;
                        name: string;
                    };
                    transaction: {
                        id: number | null;
                        bill_number: string;
                    };
                };
                pincode: "NULL";
                issued_store?: {
                    code: string;
                    name: string;
                };
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type IsRedeemableV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        coupons: {
            redeemable: {
                mobile: string | null;
                code: string;
                /** The text true or false; a boolean for callers with typed answers. */
                is_redeemable: string | boolean;
                /** -1: no limit. */
                redemptions_left?: number;
                no_of_redemptions_by_user?: number;
                coupon_value?: string;
                customer?: {
                    mobile: string | null;
                    email: string | null;
                    external_id: string | null;
                };
                series_info?: {
                    description: string;
                    /** NO_VALUE: none. */
                    discount_code: string;
                    /** The last day, yyyy-MM-dd. */
                    valid_till: string;
                    /** ABS or PERC. */
                    discount_type: string;
                    discount_value: string;
                    discount_on: "BILL";
                    detailed_info: string;
                } | {
                    id: string;
                    description: string;
                    series_type: "UNDEFINED";
                    client_handling_type: string;
                    discount_code: string;
                    /** yyyy-MM-dd. */
                    valid_till_date: string;
                    /** Text; a number for callers with typed answers. */
                    valid_days_from_create: string | number;
                    expiry_strategy_type: string;
                    /** Text; a number for callers with typed answers. */
                    expiry_strategy_value: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_create: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_redeem: string | number;
                    /** Text; a number for callers with typed answers. */
                    transferrable: string | number;
                    /** Text; a number for callers with typed answers. */
                    any_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    same_user_multiple_redeem: string | number;
                    /** Text; a number for callers with typed answers. */
                    allow_referral_existing_users: string | number;
                    /** Text; a number for callers with typed answers. */
                    multiple_use: string | number;
                    /** Text; a number for callers with typed answers. */
                    is_validation_required: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    valid_with_discounted_item: string | boolean;
                    created_by: string;
                    /** yyyy-MM-dd HH:mm:ss. */
                    created: string;
                    /** yyyy-MM-dd HH:mm:ss. */
                    last_used: string;
                    series_code: string;
                    /** Text; a number for callers with typed answers. */
                    disable_sms: string | number;
                    info: string;
                    /** Text; a number for callers with typed answers. */
                    allow_multiple_vouchers_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    do_not_resend_existing_voucher: string | number;
                    mutual_exclusive_series_ids: string;
                    store_ids_json: "[-1]";
                    /** Text; a number for callers with typed answers. */
                    dvs_enabled: string | number;
                    /** yyyy-MM-dd. */
                    dvs_expiry_date: string;
                    /** Text; a number for callers with typed answers. */
                    priority: string | number;
                    short_sms_template: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
                    /** Text; a number for callers with typed answers. */
                    max_vouchers_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    min_days_between_vouchers: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_referrals_per_referee: string | number;
                    discount_on: "BILL";
                    discount_type: string;
                    /** Text; a number for callers with typed answers. */
                    discount_value: string | number;
                    redemption_range: string;
                    /** Text; a number for callers with typed answers. */
                    min_bill_amount: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_bill_amount: string | number;
                    redeem_at_store: "[-1]";
                    campaign_id: "-1";
                    /** Text; a number for callers with typed answers. */
                    max_redemptions_in_series_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    min_days_between_redemption: string | number;
                    /** yyyy-MM-dd. */
                    redemption_valid_from: string;
                    source_org_id: "-1";
                    /** Text; a number for callers with typed answers. */
                    issue_to_loyalty: string | number;
                    redeem_store_type: "redeemable_stores";
                    /** Text; a number for callers with typed answers. */
                    old_flow_enabled: string | number;
                    /** Text; a number for callers with typed answers. */
                    pre_redeem_event_required: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    offline_redemption_enabled: string | boolean;
                    valid_redemption_org_entities: {
                        concepts: string | null;
                        zones: string | null;
                        stores: string | null;
                        tills: string | null;
                    };
                    products: string;
                    /** yyyy-MM-dd. */
                    valid_till: string;
                    detailed_info: string;
                    org_id: string;
                    tag: string;
                    sms_template: string;
                    /** Text; a number for callers with typed answers. */
                    discount_upto: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    show_pin_code: string | boolean;
                    terms_and_condition: string;
                    categories: "" | null | {
                        category: {
                            label: string;
                            level?: string;
                        }[];
                    };
                    brands: "" | null | {
                        brand: {
                            label: string;
                            level?: string;
                        }[];
                    };
                    product_sku: "" | null | {
                        sku: {
                            label: string;
                            level?: string;
                        }[];
                    };
                };
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    /** The text true or false; a boolean for callers with typed answers. */
                    status: string | boolean;
                    /** 700, or why it would be refused. */
                    code: number;
                    message: string;
                };
            } | {
                mobile: string | null;
                code: string;
                /** The text true or false; a boolean for callers with typed answers. */
                is_redeemable: string | boolean;
                /** -1: no limit. */
                redemptions_left?: number;
                no_of_redemptions_by_user?: number;
                coupon_value?: string;
                customer?: {
                    mobile: string | null;
                    email: string | null;
                    external_id: string | null;
                };
                series_info?: {
                    description: string;
                    /** NO_VALUE: none. */
                    discount_code: string;
                    /** The last day, yyyy-MM-dd. */
                    valid_till: string;
                    /** ABS or PERC. */
                    discount_type: string;
                    discount_value: string;
                    discount_on: "BILL";
                    detailed_info: string;
                } | {
                    id: string;
                    description: string;
                    series_type: "UNDEFINED";
                    client_handling_type: string;
                    discount_code: string;
                    /** yyyy-MM-dd. */
                    valid_till_date: string;
                    /** Text; a number for callers with typed answers. */
                    valid_days_from_create: string | number;
                    expiry_strategy_type: string;
                    /** Text; a number for callers with typed answers. */
                    expiry_strategy_value: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_create: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_redeem: string | number;
                    /** Text; a number for callers with typed answers. */
                    transferrable: string | number;
                    /** Text; a number for callers with typed answers. */
                    any_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    same_user_multiple_redeem: string | number;
                    /** Text; a number for callers with typed answers. */
                    allow_referral_existing_users: string | number;
                    /** Text; a number for callers with typed answers. */
                    multiple_use: string | number;
                    /** Text; a number for callers with typed answers. */
                    is_validation_required: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    valid_with_discounted_item: string | boolean;
                    created_by: string;
                    /** yyyy-MM-dd HH:mm:ss. */
                    created: string;
                    /** yyyy-MM-dd HH:mm:ss. */
                    last_used: string;
                    series_code: string;
                    /** Text; a number for callers with typed answers. */
                    disable_sms: string | number;
                    info: string;
                    /** Text; a number for callers with typed answers. */
                    allow_multiple_vouchers_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    do_not_resend_existing_voucher: string | number;
                    mutual_exclusive_series_ids: string;
                    store_ids_json: "[-1]";
                    /** Text; a number for callers with typed answers. */
                    dvs_enabled: string | number;
                    /** yyyy-MM-dd. */
                    dvs_expiry_date: string;
                    /** Text; a number for callers with typed answers. */
                    priority: string | number;
                    short_sms_template: "Hello {{cust_name}}, your voucher code is {{voucher_code}}";
                    /** Text; a number for callers with typed answers. */
                    max_vouchers_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    min_days_between_vouchers: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_referrals_per_referee: string | number;
                    discount_on: "BILL";
                    discount_type: string;
                    /** Text; a number for callers with typed answers. */
                    discount_value: string | number;
                    redemption_range: string;
                    /** Text; a number for callers with typed answers. */
                    min_bill_amount: string | number;
                    /** Text; a number for callers with typed answers. */
                    max_bill_amount: string | number;
                    redeem_at_store: "[-1]";
                    campaign_id: "-1";
                    /** Text; a number for callers with typed answers. */
                    max_redemptions_in_series_per_user: string | number;
                    /** Text; a number for callers with typed answers. */
                    min_days_between_redemption: string | number;
                    /** yyyy-MM-dd. */
                    redemption_valid_from: string;
                    source_org_id: "-1";
                    /** Text; a number for callers with typed answers. */
                    issue_to_loyalty: string | number;
                    redeem_store_type: "redeemable_stores";
                    /** Text; a number for callers with typed answers. */
                    old_flow_enabled: string | number;
                    /** Text; a number for callers with typed answers. */
                    pre_redeem_event_required: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    offline_redemption_enabled: string | boolean;
                    valid_redemption_org_entities: {
                        concepts: string | null;
                        zones: string | null;
                        stores: string | null;
                        tills: string | null;
                    };
                    products: string;
                    /** yyyy-MM-dd. */
                    valid_till: string;
                    detailed_info: string;
                    org_id: string;
                    tag: string;
                    sms_template: string;
                    /** Text; a number for callers with typed answers. */
                    discount_upto: string | number;
                    /** The text true or false; a boolean for callers with typed answers. */
                    show_pin_code: string | boolean;
                    terms_and_condition: string;
                    categories: "" | null | {
                        category: {
                            label: string;
                            level?: string;
                        }[];
                    };
                    brands: "" | null | {
                        brand: {
                            label: string;
                            level?: string;
                        }[];
                    };
                    product_sku: "" | null | {
                        sku: {
                            label: string;
                            level?: string;
                        }[];
                    };
                };
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    /** The text true or false; a boolean for callers with typed answers. */
                    status: string | boolean;
                    /** 700, or why it would be refused. */
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type GetSeriesV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        series: {
            items: {
                item: {
                    id: string;
                    description?: string;
                    series_type?: string;
                    client_handling_type?: string;
                    discount_code?: string;
                    valid_till_date?: string;
                    valid_days_from_create?: string;
                    expiry_strategy_type?: string;
                    expiry_strategy_value?: string;
                    max_create?: string;
                    max_redeem?: string;
                    transferrable?: string;
                    any_user?: string;
                    same_user_multiple_redeem?: string;
                    allow_referral_existing_users?: string;
                    multiple_use?: string;
                    is_validation_required?: string;
                    valid_with_discounted_item?: string;
                    created_by?: string;
                    created?: string;
                    last_used?: string;
                    series_code?: string;
                    disable_sms?: string;
                    info?: string;
                    allow_multiple_vouchers_per_user?: string;
                    do_not_resend_existing_voucher?: string;
                    mutual_exclusive_series_ids?: string;
                    store_ids_json?: string;
                    dvs_enabled?: string;
                    dvs_expiry_date?: string;
                    priority?: string;
                    short_sms_template?: string;
                    max_vouchers_per_user?: string;
                    min_days_between_vouchers?: string;
                    max_referrals_per_referee?: string;
                    discount_on?: string;
                    discount_type?: string;
                    discount_value?: string;
                    redemption_range?: string;
                    min_bill_amount?: string;
                    max_bill_amount?: string;
                    redeem_at_store?: string;
                    campaign_id?: string;
                    max_redemptions_in_series_per_user?: string;
                    min_days_between_redemption?: string;
                    redemption_valid_from?: string;
                    source_org_id?: string;
                    issue_to_loyalty?: string;
                    redeem_store_type?: string;
                    old_flow_enabled?: string;
                    pre_redeem_event_required?: string;
                    coupons?: {
                        issued: string;
                        redeemed: string;
                    };
                    offline_redemption_enabled?: string;
                    valid_redemption_org_entities?: {
                        concepts: string | null;
                        zones: string | null;
                        stores: string | null;
                        tills: string | null;
                    };
                    products?: string;
                    brands?: string;
                    categories?: string;
                    item_status: {
                        /** The text true or false; a boolean for callers with typed answers. */
                        success: string | boolean;
                        code: number;
                        message: string;
                    };
                } | {
                    id: string;
                    description?: string;
                    series_type?: string;
                    client_handling_type?: string;
                    discount_code?: string;
                    valid_till_date?: string;
                    valid_days_from_create?: string;
                    expiry_strategy_type?: string;
                    expiry_strategy_value?: string;
                    max_create?: string;
                    max_redeem?: string;
                    transferrable?: string;
                    any_user?: string;
                    same_user_multiple_redeem?: string;
                    allow_referral_existing_users?: string;
                    multiple_use?: string;
                    is_validation_required?: string;
                    valid_with_discounted_item?: string;
                    created_by?: string;
                    created?: string;
                    last_used?: string;
                    series_code?: string;
                    disable_sms?: string;
                    info?: string;
                    allow_multiple_vouchers_per_user?: string;
                    do_not_resend_existing_voucher?: string;
                    mutual_exclusive_series_ids?: string;
                    store_ids_json?: string;
                    dvs_enabled?: string;
                    dvs_expiry_date?: string;
                    priority?: string;
                    short_sms_template?: string;
                    max_vouchers_per_user?: string;
                    min_days_between_vouchers?: string;
                    max_referrals_per_referee?: string;
                    discount_on?: string;
                    discount_type?: string;
                    discount_value?: string;
                    redemption_range?: string;
                    min_bill_amount?: string;
                    max_bill_amount?: string;
                    redeem_at_store?: string;
                    campaign_id?: string;
                    max_redemptions_in_series_per_user?: string;
                    min_days_between_redemption?: string;
                    redemption_valid_from?: string;
                    source_org_id?: string;
                    issue_to_loyalty?: string;
                    redeem_store_type?: string;
                    old_flow_enabled?: string;
                    pre_redeem_event_required?: string;
                    coupons?: {
                        issued: string;
                        redeemed: string;
                    };
                    offline_redemption_enabled?: string;
                    valid_redemption_org_entities?: {
                        concepts: string | null;
                        zones: string | null;
                        stores: string | null;
                        tills: string | null;
                    };
                    products?: string;
                    brands?: string;
                    categories?: string;
                    item_status: {
                        /** The text true or false; a boolean for callers with typed answers. */
                        success: string | boolean;
                        code: number;
                        message: string;
                    };
                }[];
            };
        };
    };
};
export type GetCustomerCouponsV11Answer = {
    response: {
        pagination?: {
            limit: string;
            offset: string;
            total: number;
        };
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        customers: {
            customer: {
                firstname?: string;
                lastname?: string;
                email?: string | null;
                external_id?: string | null;
                mobile?: string | null;
                id?: string;
                coupons?: {
                    coupon: {
                        id: string;
                        series_id: string;
                        series_name: string;
                        redemption_count: number;
                        /** When it was issued. In UTC, with milliseconds: 2026-07-04T09:15:00.000Z. */
                        created_date: string;
                        /** YYYY-MM-DD HH:MM:SS, its last second. */
                        valid_till: string;
                        code: string;
                        transaction_number: string | null;
                        issued_at?: {
                            code: string;
                            name: string;
                        };
                        purpose: "";
                        custom_properties: {
                            custom_property: {
                                name: string;
                                value: string;
                            }[];
                        };
                        /** Those that stand; an empty object when there is none. */
                        redemptions: {
                            redemption?: {
                                id: string;
                                /** When it was redeemed. In UTC, with milliseconds: 2026-07-04T09:15:00.000Z. */
                                date: string;
                                transaction_number: string;
                                redeemed_at?: {
                                    code: string;
                                    name: string;
                                };
                            }[];
                        };
                    }[];
                };
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type GetCustomerRedemptionsV11Answer = {
    response: {
        status: {
            /** A real boolean in this call; partial: some items failed. */
            success: boolean | "partial";
            code: number;
            message: string;
        };
        customer: {
            mobile: string | null;
            email: string | null;
            external_id: string | null;
            firstname?: string;
            lastname?: string;
            user_id?: string;
            user_groups2?: unknown[];
            /** All that match. */
            rows?: number;
            coupons_count?: string | null;
            /** Points are not kept here: 0. */
            points_count?: number;
            coupons_start_id?: string | null;
            points_start_id?: number;
            redemptions?: {
                coupons: {
                    coupon: {
                        /** Of the redemption. */
                        id: string;
                        code: string;
                        series_id: string;
                        description: string;
                        discount_code: string;
                        /** ABS or PERC. */
                        discount_type: string;
                        discount_value: string;
                        transaction_number: string;
                        /** 0: unknown. */
                        bill_id: string;
                        /** YYYY-MM-DD HH:MM:SS. */
                        redeemed_time: string;
                        /** Code of the till; empty: unknown. */
                        redeemed_at: string;
                        redeemed_store?: {
                            code: string;
                            name: string;
                        };
                        redeemed_till?: {
                            code: string;
                            name: string;
                        };
                        custom_fields: {
                            field: {
                                name: string;
                                value: string;
                            }[];
                        };
                        /** The discount on the bill, such as 50.00; null: unknown. With include=discount. */
                        discount_amount?: string | null;
                        /** The sum of its returns; omitted: nothing was returned. With include=discount. */
                        discount_returned?: string;
                        /** YYYY-MM-DD HH:MM:SS: the latest return, with discount_returned. */
                        returned_time?: string;
                    }[] | null;
                };
                points: {
                    point: unknown[];
                };
            };
            item_status?: {
                success: boolean;
                code: number;
                message: string;
            };
        } | {
            mobile: string | null;
            email: string | null;
            external_id: string | null;
            firstname?: string;
            lastname?: string;
            user_id?: string;
            user_groups2?: unknown[];
            /** All that match. */
            rows?: number;
            coupons_count?: string | null;
            /** Points are not kept here: 0. */
            points_count?: number;
            coupons_start_id?: string | null;
            points_start_id?: number;
            redemptions?: {
                coupons: {
                    coupon: {
                        /** Of the redemption. */
                        id: string;
                        code: string;
                        series_id: string;
                        description: string;
                        discount_code: string;
                        /** ABS or PERC. */
                        discount_type: string;
                        discount_value: string;
                        transaction_number: string;
                        /** 0: unknown. */
                        bill_id: string;
                        /** YYYY-MM-DD HH:MM:SS. */
                        redeemed_time: string;
                        /** Code of the till; empty: unknown. */
                        redeemed_at: string;
                        redeemed_store?: {
                            code: string;
                            name: string;
                        };
                        redeemed_till?: {
                            code: string;
                            name: string;
                        };
                        custom_fields: {
                            field: {
                                name: string;
                                value: string;
                            }[];
                        };
                        /** The discount on the bill, such as 50.00; null: unknown. With include=discount. */
                        discount_amount?: string | null;
                        /** The sum of its returns; omitted: nothing was returned. With include=discount. */
                        discount_returned?: string;
                        /** YYYY-MM-DD HH:MM:SS: the latest return, with discount_returned. */
                        returned_time?: string;
                    }[] | null;
                };
                points: {
                    point: unknown[];
                };
            };
            item_status?: {
                success: boolean;
                code: number;
                message: string;
            };
        }[];
    };
};
export type GetCustomersV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
            /** How many customers were asked for. */
            total: string;
            success_count: string;
        };
        customers: {
            customer: {
                firstname?: string;
                lastname?: string;
                mobile?: string | null;
                email?: string | null;
                external_id?: string | null;
                lifetime_points?: 0;
                lifetime_purchases?: 0;
                loyalty_points?: 0;
                current_slab?: null;
                /** YYYY-MM-DD HH:MM:SS. */
                registered_on?: string;
                /** YYYY-MM-DD HH:MM:SS. */
                updated_on?: string;
                "type"?: string;
                source?: string;
                identifiers?: unknown[];
                gender?: string | null;
                registered_by?: string;
                registered_store?: {
                    code: string;
                    name: string;
                };
                registered_till?: {
                    code: string;
                    name: string;
                };
                user_groups2?: unknown[];
                fraud_details?: {
                    status: string;
                    marked_by: "";
                    modified_on: "";
                    reason: "";
                };
                trackers?: "";
                user_id?: string;
                current_nps_status?: null;
                custom_fields?: {
                    field: {
                        name: string;
                        value: string;
                    }[];
                };
                extended_fields?: {
                    field: {
                        name: string;
                        value: string;
                    }[];
                };
                transactions?: {
                    transaction: unknown[];
                };
                /** As it was sent, of a customer who was not found. */
                id?: string;
                coupons?: {
                    coupon: {
                        id: string;
                        series_id: string;
                        code: string;
                        description: string;
                        /** YYYY-MM-DD HH:MM:SS. */
                        created_date: string;
                        /** YYYY-MM-DD HH:MM:SS. */
                        valid_till: string;
                        /** true or false. */
                        redeemed: string;
                        /** true or false. */
                        same_user_multiple_redeem: string;
                    }[];
                };
                notes?: unknown[];
                points_summaries?: {
                    points_summary: unknown[];
                };
                item_status: {
                    /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
                    success: string | boolean;
                    /** Text; a number for callers with typed answers. */
                    code: string | number;
                    message: string;
                    warnings: {
                        warning: {
                            /** Text; a number for callers with typed answers. */
                            code: string | number;
                            message: string;
                        }[];
                    };
                };
            }[];
        };
    };
};
export type AddCustomersV11Body = {
    root: {
        customer: {
            id?: (number | string) | null;
            user_id?: (number | string) | null;
            mobile?: (string | number | boolean) | null;
            email?: (string | number | boolean) | null;
            external_id?: (string | number | boolean) | null;
            firstname?: (string | number | boolean) | null;
            lastname?: (string | number | boolean) | null;
            registered_on?: (string | number | boolean) | null;
            registered_till?: (string | number | boolean) | null;
            associated_with?: (string | number | boolean) | null;
            "type"?: (string | number | boolean) | null;
            source?: (string | number | boolean) | null;
            gender?: (string | number | boolean) | null;
            fraud_status?: ({
                status?: (string | number | boolean) | null;
            } | string) | null;
            commChannels?: ({
                "type"?: string | null;
                value?: string | null;
                primary?: (boolean | string) | null;
                verified?: (boolean | string) | null;
                meta?: {
                    [key: string]: string | number | boolean | null;
                } | null;
                attributes?: {
                    [key: string]: string | number | boolean | null;
                } | null;
            } | {
                "type"?: string | null;
                value?: string | null;
                primary?: (boolean | string) | null;
                verified?: (boolean | string) | null;
                meta?: {
                    [key: string]: string | number | boolean | null;
                } | null;
                attributes?: {
                    [key: string]: string | number | boolean | null;
                } | null;
            }[]) | null;
            custom_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
            extended_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
        } | {
            id?: (number | string) | null;
            user_id?: (number | string) | null;
            mobile?: (string | number | boolean) | null;
            email?: (string | number | boolean) | null;
            external_id?: (string | number | boolean) | null;
            firstname?: (string | number | boolean) | null;
            lastname?: (string | number | boolean) | null;
            registered_on?: (string | number | boolean) | null;
            registered_till?: (string | number | boolean) | null;
            associated_with?: (string | number | boolean) | null;
            "type"?: (string | number | boolean) | null;
            source?: (string | number | boolean) | null;
            gender?: (string | number | boolean) | null;
            fraud_status?: ({
                status?: (string | number | boolean) | null;
            } | string) | null;
            commChannels?: ({
                "type"?: string | null;
                value?: string | null;
                primary?: (boolean | string) | null;
                verified?: (boolean | string) | null;
                meta?: {
                    [key: string]: string | number | boolean | null;
                } | null;
                attributes?: {
                    [key: string]: string | number | boolean | null;
                } | null;
            } | {
                "type"?: string | null;
                value?: string | null;
                primary?: (boolean | string) | null;
                verified?: (boolean | string) | null;
                meta?: {
                    [key: string]: string | number | boolean | null;
                } | null;
                attributes?: {
                    [key: string]: string | number | boolean | null;
                } | null;
            }[]) | null;
            custom_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
            extended_fields?: ({
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            } | {
                field?: ({
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                } | {
                    name?: (string | number | boolean) | null;
                    value?: (string | number | boolean) | null;
                }[]) | null;
            }[]) | null;
        }[];
    };
};
export type AddCustomersV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
            /** How many customers were asked for. */
            total: string;
            success_count: string;
        };
        customers: {
            customer: ({
                user_id: number;
                firstname: string;
                lastname: string;
                mobile: string | null;
                email: string | null;
                external_id: string | null;
                lifetime_points: 0;
                loyalty_points: 0;
                current_slab: null;
                tier_expiry_date: null;
                points_summaries: {
                    points_summary: unknown[];
                };
                lifetime_purchases: 0;
                /** YYYY-MM-DD HH:MM:SS. */
                registered_on: string;
                /** YYYY-MM-DD HH:MM:SS. */
                updated_on: string;
                "type": string;
                source: string;
                fraud_status: string;
                reason: "";
                custom_fields: {
                    field: {
                        name: string;
                        value: string;
                    }[];
                };
                extended_fields: {
                    field: {
                        name: string;
                        value: string;
                    }[];
                };
                subscriptions: {
                    subscription: unknown[];
                };
                side_effects: {
                    effect: unknown[];
                };
                item_status: {
                    /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
                    success: string | boolean;
                    /** Text; a number for callers with typed answers. */
                    code: string | number;
                    message: string;
                    warnings: {
                        warning: {
                            /** Text; a number for callers with typed answers. */
                            code: string | number;
                            message: string;
                        }[];
                    };
                };
            } | {
                mobile?: string | null;
                email?: string | null;
                external_id?: string | null;
                firstname?: string | null;
                lastname?: string | null;
                item_status: {
                    /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
                    success: string | boolean;
                    /** Text; a number for callers with typed answers. */
                    code: string | number;
                    message: string;
                    warnings: {
                        warning: {
                            /** Text; a number for callers with typed answers. */
                            code: string | number;
                            message: string;
                        }[];
                    };
                };
            })[];
        };
    };
};
export type UpdateIdentitiesV11Body = {
    root: {
        customer: {
            identifier?: (string | number | boolean) | null;
            old_value?: (string | number | boolean) | null;
            new_value?: (string | number | boolean) | null;
        } | {
            identifier?: (string | number | boolean) | null;
            old_value?: (string | number | boolean) | null;
            new_value?: (string | number | boolean) | null;
        }[];
    };
};
export type UpdateIdentitiesV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        customers: {
            customer: {
                identifier: string;
                old_value: string;
                new_value: string;
                /** true or false. */
                updated: string;
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            } | {
                identifier: string;
                old_value: string;
                new_value: string;
                /** true or false. */
                updated: string;
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    code: number;
                    message: string;
                };
            }[];
        };
    };
};
export type SearchCustomersV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        customer: {
            count: string;
            start: string;
            rows: string;
            results: {
                item: {
                    user_id: string;
                    org_id: string;
                    firstname: string;
                    lastname: string;
                    mobile: string;
                    email: string;
                    external_id: string;
                    loyalty_points: "0";
                    lifetime_points: "0";
                    lifetime_purchases: "0";
                    current_slab: "";
                    registered_on: string;
                    registered_by: string;
                    last_trans_value: "";
                    attributes: {
                        attribute: unknown[];
                    };
                }[];
            };
        };
    };
};
export type GetStoreV11Answer = {
    response: {
        status: {
            /** true, false, or partial: some items failed. A boolean for callers with typed answers. */
            success: string | boolean;
            code: number;
            message: string;
        };
        stores: {
            /** Of an unknown store what was sent, and item_status. */
            store: {
                id?: string;
                name?: string;
                code?: string;
                location?: {
                    latitude: string;
                    longitude: string;
                };
                currency?: {
                    name: string;
                    "symbol": string;
                    iso_code: {
                        alpha: string;
                        numeric: string;
                    };
                };
                language?: "English";
                time_zone?: {
                    coordinates: string;
                    offset: {
                        std: string;
                        summer: string;
                    };
                };
                mobile?: "";
                email?: "";
                land_line?: "";
                external_id?: string;
                external_id_1?: string;
                external_id_2?: string;
                country_name?: string;
                state_name?: "";
                city_name?: "";
                area_name?: "";
                template?: {
                    sms: {
                        name: string;
                        email: string;
                        mobile: string;
                    };
                    email: {
                        name: string;
                        mobile: string;
                        email: string;
                    };
                };
                item_status: {
                    /** The text true or false; a boolean for callers with typed answers. */
                    success: string | boolean;
                    /** Text; a number for callers with typed answers. */
                    code: string | number;
                    message: string;
                };
            };
        };
    };
};
export type ListEntitiesV11Answer = {
    response: {
        pagination: {
            limit: string;
            offset: string;
            total: number;
        };
        status: {
            /** A real boolean in this call; partial: some items failed. */
            success: boolean | "partial";
            code: number;
            message: string;
        };
        organization: {
            entities: {
                entity: {
                    item_status: {
                        /** The text true or false; a boolean for callers with typed answers. */
                        success: string | boolean;
                        code: number;
                        message: string;
                    };
                    id: string;
                    is_active: string;
                    code: string;
                    name: string;
                    description: string;
                    last_updated_by: "";
                    last_updated_on: string;
                    custom_fields: {
                        field: {
                            name: string;
                            value: string;
                        }[];
                    };
                    language_translations: {
                        field: {
                            name: string;
                            value: string;
                        }[];
                    };
                    time_zone_id: "0";
                    currency_id: "0";
                    language_id: "0";
                    timezones?: {
                        base_timezone: {
                            [key: string]: string;
                        };
                    };
                    currencies?: {
                        base_currency: {
                            [key: string]: string;
                        };
                    };
                    language_code: "en";
                    language_locale: "en_US";
                    languages?: {
                        base_language: {
                            [key: string]: string;
                        };
                    };
                    parent: {
                        id?: string;
                        code?: string;
                        name?: string;
                        "type"?: string;
                    };
                    parent_code?: string;
                    parent_concept_code?: string;
                    parent_concept_name?: string;
                    country_code: string;
                    username: string;
                    last_login: "";
                    external_id: string;
                    external_id_1: string;
                    external_id_2: string;
                    parent_external_id: string;
                    parent_external_id_1: string;
                    parent_external_id_2: string;
                    "type": string;
                }[];
            };
        };
    };
};
/**
 * A customer’s coupon history
 */
export function getCustomerCoupons({ mobile, email, externalId, id, status, couponCodeCase, sortOrder, limit, offset, includeReversedRedemptions, transactionNumbers, couponCodes, include }: {
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
    status?: string | number;
    couponCodeCase?: string | number;
    sortOrder?: string | number;
    limit?: string | number;
    offset?: string | number;
    includeReversedRedemptions?: string | boolean;
    transactionNumbers?: string | number;
    couponCodes?: string | number;
    include?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCustomerCouponsAnswer;
    }>(`/v2/customers/coupons${QS.query(QS.explode({
        mobile,
        email,
        external_Id: externalId,
        id,
        status,
        coupon_code_case: couponCodeCase,
        sort_order: sortOrder,
        limit,
        offset,
        include_reversed_redemptions: includeReversedRedemptions,
        transaction_numbers: transactionNumbers,
        coupon_codes: couponCodes,
        include
    }))}`, {
        ...opts
    }));
}
/**
 * Coupons by id, code and holder
 */
export function findCoupons({ couponIds, couponCodes, issuedToIds, couponCodeCase, showCouponSeries, includeIssualDetails, limit, offset }: {
    couponIds?: string | number;
    couponCodes?: string | number;
    issuedToIds?: string | number;
    couponCodeCase?: string | number;
    showCouponSeries?: string | boolean;
    includeIssualDetails?: string | boolean;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: FindCouponsAnswer;
    }>(`/v2/coupon${QS.query(QS.explode({
        couponIds,
        couponCodes,
        issuedToIds,
        coupon_code_case: couponCodeCase,
        showCouponSeries,
        includeIssualDetails,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * A customer’s coupons in detail
 */
export function listDetailedCoupons({ couponCodeCase, include, limit, offset, customerId }: {
    couponCodeCase?: string | number;
    include?: string | number;
    limit?: string | number;
    offset?: string | number;
    customerId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListDetailedCouponsAnswer;
    }>(`/v2/customers/${encodeURIComponent(customerId)}/coupons${QS.query(QS.explode({
        coupon_code_case: couponCodeCase,
        include,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Issue a coupon
 */
export function issueCoupon({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: IssueCouponBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IssueCouponAnswer;
    }>("/v2/coupon/issue", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Issue a coupon of each of several series
 */
export function issueCoupons({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: IssueCouponsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IssueCouponsAnswer;
    }>("/v2/coupon/bulk/issue", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Issue several coupons of one series
 */
export function issueMultipleCoupons({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: IssueMultipleCouponsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IssueMultipleCouponsAnswer;
    }>("/v2/coupon/issue/multiple", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Would these coupons be redeemed?
 */
export function isRedeemable({ code, mobile, email, externalId, id, details }: {
    code?: string | number;
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
    details?: string | boolean;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IsRedeemableAnswer;
    }>(`/v2/coupon/is_redeemable${QS.query(QS.explode({
        code,
        mobile,
        email,
        externalId,
        id,
        details
    }))}`, {
        ...opts
    }));
}
/**
 * Redeem a coupon
 */
export function redeemCoupon({ idempotencyKey, xCounterfoilHold, body }: {
    idempotencyKey?: string;
    xCounterfoilHold?: string;
    body: RedeemCouponBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RedeemCouponAnswer;
    }>("/v2/coupon/redeem", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey,
            "x-counterfoil-hold": xCounterfoilHold
        })
    })));
}
/**
 * Attach a bill to redemptions
 */
export function updateRedemptions({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: UpdateRedemptionsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: UpdateRedemptionsAnswer;
    }>("/v2/coupon/redeem", oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Redeem several coupons, all or none
 */
export function redeemCoupons({ isRedeemable, isredeemable, idempotencyKey, xCounterfoilHold, body }: {
    isRedeemable?: string | boolean;
    isredeemable?: string | number;
    idempotencyKey?: string;
    xCounterfoilHold?: string;
    body: RedeemCouponBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RedeemCouponsAnswer;
    }>(`/v2/coupon/bulk/redeem${QS.query(QS.explode({
        is_redeemable: isRedeemable,
        isredeemable
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey,
            "x-counterfoil-hold": xCounterfoilHold
        })
    })));
}
/**
 * Take redemptions back
 */
export function reverseRedemptions({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: ReverseRedemptionsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReverseRedemptionsAnswer;
    }>("/v2/coupon/reactivate", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Change when coupons expire
 */
export function changeCouponExpiry({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: ChangeCouponExpiryBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ChangeCouponExpiryAnswer;
    }>("/v2/coupon/bulk/expiry", oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Revoke coupons
 */
export function revokeCoupons({ couponCodeCase, idempotencyKey, body }: {
    couponCodeCase?: string | number;
    idempotencyKey?: string;
    body: RevokeCouponsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RevokeCouponsAnswer;
    }>(`/v2/coupon/revoke${QS.query(QS.explode({
        couponCodeCase
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Create a coupon series
 */
export function createSeries({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: CreateSeriesBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateSeriesAnswer;
    }>("/v2/coupon/series", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Coupon series with their counters
 */
export function listSeries({ ids, orgEntityType, orgEntityIds, seriesCode, status, limit, offset }: {
    ids?: string | number;
    orgEntityType?: string | number;
    orgEntityIds?: string | number;
    seriesCode?: string | number;
    status?: string | number;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListSeriesAnswer;
    }>(`/v2/coupon/series${QS.query(QS.explode({
        ids,
        orgEntityType,
        orgEntityIds,
        seriesCode,
        status,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Edit a coupon series
 */
export function updateSeries({ id, idempotencyKey, ifMatch, body }: {
    id: string | number;
    idempotencyKey?: string;
    ifMatch?: string;
    body: CreateSeriesBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateSeriesAnswer;
    }>(`/v2/coupon/series/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey,
            "if-match": ifMatch
        })
    })));
}
/**
 * Register a customer
 */
export function registerCustomer({ source, idempotencyKey, body }: {
    source?: string | number;
    idempotencyKey?: string;
    body: RegisterCustomerBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RegisterCustomerAnswer;
    }>(`/v2/customers${QS.query(QS.explode({
        source
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The id behind an identifier
 */
export function lookUpCustomer({ source, identifierName, identifierValue }: {
    source?: string | number;
    identifierName?: string | number;
    identifierValue?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: LookUpCustomerAnswer;
    }>(`/v2/customers/lookup${QS.query(QS.explode({
        source,
        identifierName,
        identifierValue
    }))}`, {
        ...opts
    }));
}
/**
 * Change the customer behind an identifier
 */
export function updateCustomerByIdentifier({ source, identifierName, identifierValue, idempotencyKey, body }: {
    source?: string | number;
    identifierName?: string | number;
    identifierValue?: string | number;
    idempotencyKey?: string;
    body: RegisterCustomerBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RegisterCustomerAnswer;
    }>(`/v2/customers/lookup${QS.query(QS.explode({
        source,
        identifierName,
        identifierValue
    }))}`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The customer behind an identifier
 */
export function lookUpCustomerDetails({ source, identifierName, identifierValue }: {
    source?: string | number;
    identifierName?: string | number;
    identifierValue?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: LookUpCustomerDetailsAnswer;
    }>(`/v2/customers/lookup/customerDetails${QS.query(QS.explode({
        source,
        identifierName,
        identifierValue
    }))}`, {
        ...opts
    }));
}
/**
 * A customer
 */
export function getCustomer({ source, customerId }: {
    source?: string | number;
    customerId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: LookUpCustomerDetailsAnswer;
    }>(`/v2/customers/${encodeURIComponent(customerId)}${QS.query(QS.explode({
        source
    }))}`, {
        ...opts
    }));
}
/**
 * Change a customer
 */
export function updateCustomer({ source, customerId, idempotencyKey, body }: {
    source?: string | number;
    customerId: string | number;
    idempotencyKey?: string;
    body: RegisterCustomerBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RegisterCustomerAnswer;
    }>(`/v2/customers/${encodeURIComponent(customerId)}${QS.query(QS.explode({
        source
    }))}`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Search customers
 */
export function searchCustomers({ q, limit, offset }: {
    q?: string | number;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SearchCustomersAnswer;
    }>(`/v2/customers/search${QS.query(QS.explode({
        q,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Add and remove identifiers
 */
export function changeIdentifiers({ source, customerId, idempotencyKey, body }: {
    source?: string | number;
    customerId: string | number;
    idempotencyKey?: string;
    body: ChangeIdentifiersBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ChangeIdentifiersAnswer;
    }>(`/v2/customers/${encodeURIComponent(customerId)}/changeIdentifier${QS.query(QS.explode({
        source
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Create a store
 */
export function createStore({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: CreateStoreBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateStoreAnswer;
    }>("/v2/orgEntity/store", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Create a till
 */
export function createTill({ body }: {
    body: CreateTillBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateStoreAnswer;
    }>("/v2/orgEntity/till", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * A till
 */
export function getTill({ tillId }: {
    tillId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetTillAnswer;
    }>(`/v2/organization/till/${encodeURIComponent(tillId)}`, {
        ...opts
    }));
}
/**
 * Stores, tills, zones and concepts
 */
export function listLocations({ $type, entityCodes, q, isActive, limit, offset }: {
    $type?: string | number;
    entityCodes?: string | number;
    q?: string | number;
    isActive?: string | boolean;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListLocationsAnswer;
    }>(`/v2/locations${QS.query(QS.explode({
        "type": $type,
        entityCodes,
        q,
        isActive,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * The worth of coupons on a bill
 */
export function quoteCoupons({ body }: {
    body: QuoteCouponsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: QuoteCouponsAnswer;
    }>("/till/v1/quotes", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Reserve coupons for a checkout, all or none
 */
export function holdCoupons({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: HoldCouponsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HoldCouponsAnswer;
    }>("/till/v1/holds", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Read the caller’s hold with a reference
 */
export function findHold({ reference }: {
    reference: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HoldCouponsAnswer;
    }>(`/till/v1/holds${QS.query(QS.explode({
        reference
    }))}`, {
        ...opts
    }));
}
/**
 * Read a hold
 */
export function getHold({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HoldCouponsAnswer;
    }>(`/till/v1/holds/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * Extend a live hold
 */
export function extendHold({ id, idempotencyKey, body }: {
    id: string | number;
    idempotencyKey?: string;
    body: ExtendHoldBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HoldCouponsAnswer;
    }>(`/till/v1/holds/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Release a hold
 */
export function releaseHold({ id, idempotencyKey }: {
    id: string | number;
    idempotencyKey?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HoldCouponsAnswer;
    }>(`/till/v1/holds/${encodeURIComponent(id)}`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Redeem coupons on a bill, all or none
 */
export function redeemOnBill({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: RedeemOnBillBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RedeemOnBillAnswer;
    }>("/till/v1/redemptions", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Return a discount, or a part of it
 */
export function returnRedemption({ id, idempotencyKey, body }: {
    id: string | number;
    idempotencyKey?: string;
    body: ReturnRedemptionBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: ReturnRedemptionAnswer;
    }>(`/till/v1/redemptions/${encodeURIComponent(id)}/returns`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The returns of a redemption, and what is left
 */
export function listReturns({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListReturnsAnswer;
    }>(`/till/v1/redemptions/${encodeURIComponent(id)}/returns`, {
        ...opts
    }));
}
/**
 * Return the discounts of a bill, all or none
 */
export function returnBill({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: ReturnBillBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: ReturnBillAnswer;
    }>("/till/v1/returns", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The people of the organisation
 */
export function listUsers({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListUsersAnswer;
    }>(`/admin/v1/users${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Create a user
 */
export function createUser({ body }: {
    body: CreateUserBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateUserAnswer;
    }>("/admin/v1/users", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * A user
 */
export function getUser({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateUserAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * Change the name or the role of a user, disable it or enable it again
 */
export function updateUser({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: UpdateUserBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateUserAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Give a user another password
 */
export function setUserPassword({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: SetUserPasswordBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/password`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * The sessions of a user that go on, the latest first
 */
export function listUserSessions({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListUserSessionsAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/sessions`, {
        ...opts
    }));
}
/**
 * End all sessions of a user
 */
export function endUserSessions({ id, xCounterfoilReason }: {
    id: string | number;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: EndUserSessionsAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/sessions`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * End one session of a user
 */
export function endUserSession({ id, sessionId, xCounterfoilReason }: {
    id: string | number;
    sessionId: string | number;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/sessions/${encodeURIComponent(sessionId)}`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * Make a link with which a person who forgot the password chooses another one
 */
export function createPasswordLink({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreatePasswordLinkAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/password-link`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Withdraw the link of a person
 */
export function withdrawPasswordLink({ id, xCounterfoilReason }: {
    id: string | number;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: WithdrawPasswordLinkAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/password-link`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * The audit log as CSV, the latest first
 */
export function exportAudit({ q, actor, action, subject, $from, to }: {
    q?: string | number;
    actor?: string | number;
    action?: string | number;
    subject?: string | number;
    $from?: string | number;
    to?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText(`/admin/v1/audit.csv${QS.query(QS.explode({
        q,
        actor,
        action,
        subject,
        "from": $from,
        to
    }))}`, {
        ...opts
    }));
}
/**
 * The audit log, the latest first
 */
export function listAudit({ q, actor, action, subject, $from, to, limit, cursor }: {
    q?: string | number;
    actor?: string | number;
    action?: string | number;
    subject?: string | number;
    $from?: string | number;
    to?: string | number;
    limit?: string | number;
    cursor?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListAuditAnswer;
    }>(`/admin/v1/audit${QS.query(QS.explode({
        q,
        actor,
        action,
        subject,
        "from": $from,
        to,
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What was issued, redeemed and reversed by day, and which series need a look
 */
export function getOverview({ days, endingWithinDays }: {
    days?: string | number;
    endingWithinDays?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetOverviewAnswer;
    }>(`/admin/v1/figures/overview${QS.query(QS.explode({
        days,
        endingWithinDays
    }))}`, {
        ...opts
    }));
}
/**
 * What was issued, redeemed and reversed by day, of several series at once
 */
export function getDaysOfSeries({ ids, days }: {
    ids: string | number;
    days?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetDaysOfSeriesAnswer;
    }>(`/admin/v1/figures/series${QS.query(QS.explode({
        ids,
        days
    }))}`, {
        ...opts
    }));
}
/**
 * How a series goes, by day and by store
 */
export function getSeriesFigures({ days, id }: {
    days?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesFiguresAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/figures${QS.query(QS.explode({
        days
    }))}`, {
        ...opts
    }));
}
/**
 * Discounts given and values of bills by day, of all series or of one
 */
export function getMoneyFigures({ series, days }: {
    series?: string | number;
    days?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetMoneyFiguresAnswer;
    }>(`/admin/v1/figures/money${QS.query(QS.explode({
        series,
        days
    }))}`, {
        ...opts
    }));
}
/**
 * Uploads and batches of codes in progress, and those that ended last
 */
export function listJobs(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListJobsAnswer;
    }>("/admin/v1/jobs", {
        ...opts
    }));
}
/**
 * Customers, coupons, redemptions and series that a text may mean
 */
export function search({ q }: {
    q?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SearchAnswer;
    }>(`/admin/v1/search${QS.query(QS.explode({
        q
    }))}`, {
        ...opts
    }));
}
/**
 * The coupons redeemed on a bill
 */
export function findBill({ $number, day }: {
    $number?: string | number;
    day?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: FindBillAnswer;
    }>(`/admin/v1/bills${QS.query(QS.explode({
        "number": $number,
        day
    }))}`, {
        ...opts
    }));
}
/**
 * How the beginning of a file is read; nothing is stored
 */
export function previewUpload({ body }: {
    body: PreviewUploadBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: PreviewUploadAnswer;
    }>("/admin/v1/uploads/preview", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Why a coupon would be redeemed or refused, rule by rule
 */
export function explainRedemption({ customerId, mobile, email, externalId, storeId, tillId, billAmount, transactionNumber, at, code }: {
    customerId?: string | number;
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    storeId?: string | number;
    tillId?: string | number;
    billAmount?: string | number;
    transactionNumber?: string | number;
    at?: string | number;
    code: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ExplainRedemptionAnswer;
    }>(`/admin/v1/coupons/${encodeURIComponent(code)}/explain${QS.query(QS.explode({
        customerId,
        mobile,
        email,
        externalId,
        storeId,
        tillId,
        billAmount,
        transactionNumber,
        at
    }))}`, {
        ...opts
    }));
}
/**
 * The settings of the organisation
 */
export function getOrganisation(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetOrganisationAnswer;
    }>("/admin/v1/organisation", {
        ...opts
    }));
}
/**
 * Change settings of the organisation
 */
export function updateOrganisation({ ifMatch, body }: {
    ifMatch?: string;
    body: UpdateOrganisationBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetOrganisationAnswer;
    }>("/admin/v1/organisation", oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * What the clock of the sandbox shows
 */
export function getSandboxClock(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSandboxClockAnswer;
    }>("/admin/v1/sandbox/clock", {
        ...opts
    }));
}
/**
 * Set the clock of the sandbox
 */
export function setSandboxClock({ body }: {
    body: SetSandboxClockBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSandboxClockAnswer;
    }>("/admin/v1/sandbox/clock", oazapfts.json({
        ...opts,
        method: "PUT",
        body
    })));
}
/**
 * Empty the sandbox
 */
export function resetSandbox({ body }: {
    body: ResetSandboxBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ResetSandboxAnswer;
    }>("/admin/v1/sandbox/reset", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * The clients of the organisation
 */
export function listClients({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListClientsAnswer;
    }>(`/admin/v1/clients${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Create a client and show its secret, this once
 */
export function createClient({ body }: {
    body: CreateClientBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateClientAnswer;
    }>("/admin/v1/clients", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Give a client another secret and show it, this once
 */
export function rotateClientSecret({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateClientAnswer;
    }>(`/admin/v1/clients/${encodeURIComponent(id)}/rotate-secret`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * The tills of the organisation
 */
export function listTills({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListTillsAnswer;
    }>(`/admin/v1/tills${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Set the codes of other systems that stand for a till
 */
export function setTillLookups({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetTillLookupsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetTillLookupsAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/lookups`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Give a till another password
 */
export function setTillPassword({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: SetTillPasswordBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/password`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Export the settings that the organisation, its tills and clients state
 */
export function exportClientSettings(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ExportClientSettingsAnswer;
    }>("/admin/v1/client-settings/stated", {
        ...opts
    }));
}
/**
 * Import the settings that the organisation, its tills and clients state
 */
export function importClientSettings({ dryRun, body }: {
    dryRun?: string | boolean;
    body: ImportClientSettingsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ImportClientSettingsAnswer;
    }>(`/admin/v1/client-settings/stated${QS.query(QS.explode({
        dryRun
    }))}`, oazapfts.json({
        ...opts,
        method: "PUT",
        body
    })));
}
/**
 * Which settings adapt answers to the programs that call
 */
export function listClientSettings(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListClientSettingsAnswer;
    }>("/admin/v1/client-settings", {
        ...opts
    }));
}
/**
 * Change how a till is answered
 */
export function setTillClientSettings({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetTillClientSettingsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetTillClientSettingsAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/client-settings`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Change how a client is answered
 */
export function setClientClientSettings({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetTillClientSettingsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetTillClientSettingsAnswer;
    }>(`/admin/v1/clients/${encodeURIComponent(id)}/client-settings`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Revoke a till
 */
export function revokeTill({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RevokeTillAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/revoke`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * State the limits of one till
 */
export function setTillLimits({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetTillLimitsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetTillLimitsAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/limits`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Revoke a client and its tokens
 */
export function revokeClient({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RevokeTillAnswer;
    }>(`/admin/v1/clients/${encodeURIComponent(id)}/revoke`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * State the limits of one client
 */
export function setClientLimits({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetTillLimitsBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetTillLimitsAnswer;
    }>(`/admin/v1/clients/${encodeURIComponent(id)}/limits`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * The access groups of the organisation
 */
export function listAccessGroups({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListAccessGroupsAnswer;
    }>(`/admin/v1/access-groups${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Create an access group
 */
export function createAccessGroup({ body }: {
    body: CreateAccessGroupBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateAccessGroupAnswer;
    }>("/admin/v1/access-groups", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Change an access group
 */
export function updateAccessGroup({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: UpdateAccessGroupBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateAccessGroupAnswer;
    }>(`/admin/v1/access-groups/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Create a zone
 */
export function createZone({ body }: {
    body: CreateZoneBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>("/admin/v1/zones", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Create a concept
 */
export function createConcept({ body }: {
    body: CreateZoneBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>("/admin/v1/concepts", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * The stores of the organisation, and the zone and concept of each
 */
export function listStores({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListStoresAnswer;
    }>(`/admin/v1/stores${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Move a store to another zone or concept
 */
export function moveStore({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: MoveStoreBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>(`/admin/v1/stores/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Block a customer, or lift the block
 */
export function blockCustomer({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: BlockCustomerBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: BlockCustomerAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Erase a person
 */
export function eraseCustomer({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: EraseCustomerAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}`, {
        ...opts,
        method: "DELETE"
    }));
}
/**
 * What merging another customer into this one would do
 */
export function previewMerge({ retiredId, id }: {
    retiredId: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: PreviewMergeAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/merge${QS.query(QS.explode({
        retiredId
    }))}`, {
        ...opts
    }));
}
/**
 * Merge another customer into this one
 */
export function mergeCustomers({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: MergeCustomersBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: MergeCustomersAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/merge`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Who was merged into a customer, and by what else the customer is found
 */
export function listMerges({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListMergesAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/merges`, {
        ...opts
    }));
}
/**
 * Add a note about a customer
 */
export function addCustomerNote({ id, body }: {
    id: string | number;
    body: AddCustomerNoteBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SetUserPasswordAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/notes`, oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * The notes about a customer, the latest first
 */
export function listCustomerNotes({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListCustomerNotesAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/notes${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What happened to a coupon, when, by whom and why
 */
export function getCouponHistory({ limit, cursor, customerId, code }: {
    limit?: string | number;
    cursor?: string | number;
    customerId?: string | number;
    code: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/coupons/${encodeURIComponent(code)}/history${QS.query(QS.explode({
        limit,
        cursor,
        customerId
    }))}`, {
        ...opts
    }));
}
/**
 * What happened to a customer and the customer’s coupons, when, by whom and why
 */
export function getCustomerHistory({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/customers/${encodeURIComponent(id)}/history${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What was changed of a series, when, by whom and why
 */
export function getSeriesHistory({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/history${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What was changed of a till, when, by whom and why
 */
export function getTillHistory({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/tills/${encodeURIComponent(id)}/history${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What was changed of a client, when, by whom and why
 */
export function getClientHistory({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/clients/${encodeURIComponent(id)}/history${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * What was changed of a person, when, by whom and why
 */
export function getUserHistory({ limit, cursor, id }: {
    limit?: string | number;
    cursor?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponHistoryAnswer;
    }>(`/admin/v1/users/${encodeURIComponent(id)}/history${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * Find coupon series, with their states and counters
 */
export function searchSeries({ q, state, tag, sort, limit, offset }: {
    q?: string | number;
    state?: string | number;
    tag?: string | number;
    sort?: string | number;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SearchSeriesAnswer;
    }>(`/admin/v1/series${QS.query(QS.explode({
        q,
        state,
        tag,
        sort,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * A coupon series, with its state, its schedule and its counters
 */
export function getSeries({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * The tags that series have
 */
export function listSeriesTags(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListSeriesTagsAnswer;
    }>("/admin/v1/series-tags", {
        ...opts
    }));
}
/**
 * Stop a series: it neither issues nor redeems
 */
export function stopSeries({ id, ifMatch }: {
    id: string | number;
    ifMatch?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/stop`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    }));
}
/**
 * Pause a series: it neither issues nor redeems for now
 */
export function pauseSeries({ id, ifMatch }: {
    id: string | number;
    ifMatch?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/pause`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    }));
}
/**
 * Resume a series that was paused or stopped
 */
export function resumeSeries({ id, ifMatch }: {
    id: string | number;
    ifMatch?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/resume`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    }));
}
/**
 * Set when a series issues, redeems and ends, to the second
 */
export function setSchedule({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetScheduleBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/schedule`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * The customers, coupons and checkouts that a stop of the series would affect
 */
export function getReachOfSeries({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetReachOfSeriesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/reach`, {
        ...opts
    }));
}
/**
 * Order a batch of codes
 */
export function createCodes({ id, idempotencyKey, body }: {
    id: string | number;
    idempotencyKey?: string;
    body: CreateCodesBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: CreateCodesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/codes`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The batches of codes of a series, the latest first
 */
export function listCodeBatches({ limit, offset, id }: {
    limit?: string | number;
    offset?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListCodeBatchesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/codes${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * What generated codes of a series look like
 */
export function getCodeForm({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCodeFormAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/code-form`, {
        ...opts
    }));
}
/**
 * State what generated codes of a series look like
 */
export function setCodeForm({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetCodeFormBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCodeFormAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/code-form`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Rules of a series for the items of a bill
 */
export function getItemRules({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetItemRulesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/item-rules`, {
        ...opts
    }));
}
/**
 * Set the rules of a series for the items of a bill
 */
export function setItemRules({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetItemRulesBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetItemRulesAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/item-rules`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * The budget of a series, the amount left, and when it will run out
 */
export function getBudget({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetBudgetAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/budget`, {
        ...opts
    }));
}
/**
 * Set the budget of a series
 */
export function setBudget({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: SetBudgetBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetBudgetAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/budget`, oazapfts.json({
        ...opts,
        method: "PUT",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Remove the budget of a series
 */
export function deleteBudget({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetBudgetAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/budget`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * The amounts given and left of the budget of a series, day by day
 */
export function getBurnDown({ days, id }: {
    days?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetBurnDownAnswer;
    }>(`/admin/v1/series/${encodeURIComponent(id)}/budget/days${QS.query(QS.explode({
        days
    }))}`, {
        ...opts
    }));
}
/**
 * Holds of all checkouts: live ones by expiry, or ended ones, newest first
 */
export function listHolds({ status, reference, customer, coupon, series, limit, cursor }: {
    status?: string | number;
    reference?: string | number;
    customer?: string | number;
    coupon?: string | number;
    series?: string | number;
    limit?: string | number;
    cursor?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListHoldsAnswer;
    }>(`/admin/v1/holds${QS.query(QS.explode({
        status,
        reference,
        customer,
        coupon,
        series,
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * A hold, its caller, and the coupons that it reserves
 */
export function getHoldOfCheckout({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetHoldOfCheckoutAnswer;
    }>(`/admin/v1/holds/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * Release the hold of a checkout manually
 */
export function releaseHoldOfCheckout({ id, idempotencyKey }: {
    id: string | number;
    idempotencyKey?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetHoldOfCheckoutAnswer;
    }>(`/admin/v1/holds/${encodeURIComponent(id)}/release`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * How far a batch of codes is
 */
export function getCodeBatch({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateCodesAnswer;
    }>(`/admin/v1/code-batches/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * Stop generating codes of a batch; existing ones remain
 */
export function cancelCodeBatch({ id, xCounterfoilReason }: {
    id: string | number;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateCodesAnswer;
    }>(`/admin/v1/code-batches/${encodeURIComponent(id)}/cancel`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * Revoke the codes of a batch that are neither issued nor redeemed
 */
export function voidCodeBatch({ id, xCounterfoilReason }: {
    id: string | number;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateCodesAnswer;
    }>(`/admin/v1/code-batches/${encodeURIComponent(id)}/void`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * The codes of a batch, this once
 */
export function exportCodes({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText(`/admin/v1/code-batches/${encodeURIComponent(id)}/codes.csv`, {
        ...opts
    }));
}
/**
 * Rows of the ledger as CSV or NDJSON
 */
export function exportRows({ format, gzip, series, status, $from, to, what }: {
    format?: string | number;
    gzip?: string | boolean;
    series?: string | number;
    status?: string | number;
    $from?: string | number;
    to?: string | number;
    what: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText(`/admin/v1/export/${encodeURIComponent(what)}${QS.query(QS.explode({
        format,
        gzip,
        series,
        status,
        "from": $from,
        to
    }))}`, {
        ...opts
    }));
}
/**
 * Create a webhook and show its secret, this once
 */
export function createWebhook({ body }: {
    body: CreateWebhookBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateWebhookAnswer;
    }>("/admin/v1/webhooks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * The webhooks of the organisation
 */
export function listWebhooks({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListWebhooksAnswer;
    }>(`/admin/v1/webhooks${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * A webhook, and how it fares
 */
export function getWebhook({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}`, {
        ...opts
    }));
}
/**
 * Change the given properties of a webhook
 */
export function changeWebhook({ id, ifMatch, body }: {
    id: string | number;
    ifMatch?: string;
    body: ChangeWebhookBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    })));
}
/**
 * Delete a webhook and its undelivered messages
 */
export function deleteWebhook({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: DeleteWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * Send nothing more for now; what happens meanwhile is not lost
 */
export function pauseWebhook({ id, ifMatch, xCounterfoilReason }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/pause`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    }));
}
/**
 * Go on where it was paused or stopped
 */
export function resumeWebhook({ id, ifMatch }: {
    id: string | number;
    ifMatch?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/resume`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch
        })
    }));
}
/**
 * Give a webhook another secret and show it, this once
 */
export function rotateWebhookSecret({ id, ifMatch, xCounterfoilReason, body }: {
    id: string | number;
    ifMatch?: string;
    xCounterfoilReason?: string;
    body: RotateWebhookSecretBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: CreateWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/rotate-secret`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "if-match": ifMatch,
            "x-counterfoil-reason": xCounterfoilReason
        })
    })));
}
/**
 * Messages of a webhook, the latest first
 */
export function listWebhookMessages({ state, limit, before, id }: {
    state?: string | number;
    limit?: string | number;
    before?: string | number;
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListWebhookMessagesAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/messages${QS.query(QS.explode({
        state,
        limit,
        before
    }))}`, {
        ...opts
    }));
}
/**
 * A message, and every attempt to deliver it
 */
export function getWebhookMessage({ id, eventId }: {
    id: string | number;
    eventId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebhookMessageAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/messages/${encodeURIComponent(eventId)}`, {
        ...opts
    }));
}
/**
 * Send an event again
 */
export function replayWebhookMessage({ id, eventId }: {
    id: string | number;
    eventId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReplayWebhookMessageAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/messages/${encodeURIComponent(eventId)}/replay`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Send everything again that happened since an instant or after an event
 */
export function replayWebhook({ id, body }: {
    id: string | number;
    body: ReplayWebhookBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReplayWebhookAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/replay`, oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Send all parked messages again
 */
export function replayParkedMessages({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReplayParkedMessagesAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/replay-parked`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Send a test message
 */
export function testWebhook({ id }: {
    id: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReplayWebhookMessageAnswer;
    }>(`/admin/v1/webhooks/${encodeURIComponent(id)}/test`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Register a URL for events
 */
export function registerWebHook({ body }: {
    body: RegisterWebHookBody;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RegisterWebHookAnswer;
    }>("/v3/webHooks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * What is registered for events
 */
export function getWebHooks({ limit, offset }: {
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetWebHooksAnswer;
    }>(`/v3/webHooks${QS.query(QS.explode({
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * Messages of all webhooks, the latest first
 */
export function getEventLog({ limit, before }: {
    limit?: string | number;
    before?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetEventLogAnswer;
    }>(`/v3/webHooks/eventLog${QS.query(QS.explode({
        limit,
        before
    }))}`, {
        ...opts
    }));
}
/**
 * Messages about the effects of a request
 */
export function getEventLogOfRequest({ limit, requestId }: {
    limit?: string | number;
    requestId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetEventLogAnswer;
    }>(`/v3/webHooks/eventLog/requestId${QS.query(QS.explode({
        limit,
        requestId
    }))}`, {
        ...opts
    }));
}
/**
 * Messages about coupons or a redemption
 */
export function getEventLogOfReference({ limit, refId }: {
    limit?: string | number;
    refId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetEventLogAnswer;
    }>(`/v3/webHooks/eventLog/refId${QS.query(QS.explode({
        limit,
        refId
    }))}`, {
        ...opts
    }));
}
/**
 * Upload codes, customers, or both
 */
export function uploadCoupons({ couponSeriesId, idempotencyKey, body }: {
    couponSeriesId: string | number;
    idempotencyKey?: string;
    body: {
        /** CSV in UTF-8; the first line names the columns. */
        file: Blob;
        /** What names the customers: MOBILE, EXTERNAL_ID, EMAIL, USER_ID; NOT_TAGGED: codes without customers. */
        customerIdentifier: string;
        /** Column of the customers, counted from 0; default 0. */
        customerIdentifierColumn?: string;
        /** Column of the codes, counted from 0; NONE: there is none. If omitted, the column is recognised by its name. */
        couponCodeColumn?: string;
        /** false: webhooks receive no events for the rows of the file; default true. */
        notify?: string;
    };
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: UploadCouponsAnswer;
    }>(`/coupon/api/v1/upload/file/${encodeURIComponent(couponSeriesId)}`, oazapfts.multipart({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Upload redemptions that took place elsewhere
 */
export function uploadRedemptions({ couponSeriesId, idempotencyKey, body }: {
    couponSeriesId: string | number;
    idempotencyKey?: string;
    body: {
        /** CSV in UTF-8; the first line names the columns. */
        file: Blob;
        /** One of MOBILE, EXTERNAL_ID, EMAIL, USER_ID. */
        customerIdentifier: string;
        /** One of COUPON_ID, COUPON_CODE. */
        couponIdentifier: string;
        /** JSON: the column, counted from 0, of mobile, externalId, email, userId, couponId, couponCode, redeemedDateInMillis, redeemedAt (id of a till), billId, billNumber, details. */
        uploadHeaders: string;
        /** false: webhooks receive no events for the rows of the file; default true. */
        notify?: string;
    };
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: UploadRedemptionsAnswer;
    }>(`/coupon/api/v1/upload/redeemFile/${encodeURIComponent(couponSeriesId)}`, oazapfts.multipart({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * How far the uploads of coupons for a series are
 */
export function getUploadStatus({ couponSeriesId }: {
    couponSeriesId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetUploadStatusAnswer;
    }>(`/coupon/api/v1/upload/getUploadStatus/${encodeURIComponent(couponSeriesId)}`, {
        ...opts
    }));
}
/**
 * How far the uploads of redemptions for a series are
 */
export function getUploadRedeemedCouponStatus({ couponSeriesId }: {
    couponSeriesId: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetUploadRedeemedCouponStatusAnswer;
    }>(`/coupon/api/v1/upload/getUploadRedeemedCouponStatus/${encodeURIComponent(couponSeriesId)}`, {
        ...opts
    }));
}
/**
 * The refused or imported rows of an upload
 */
export function getUploadResult({ name }: {
    name: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText(`/coupon/api/v1/upload/files/${encodeURIComponent(name)}`, {
        ...opts
    }));
}
/**
 * Issue coupons, each by itself
 */
export function issueCouponsV11({ userId, idempotencyKey, body }: {
    userId?: string | boolean;
    idempotencyKey?: string;
    body: IssueCouponsV11Body;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IssueCouponsV11Answer;
    }>(`/v1.1/coupon/issue${QS.query(QS.explode({
        user_id: userId
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Look up active coupons to send them again
 */
export function resendCouponsV11({ code, id, mobile, email, externalId, userId }: {
    code?: string | number;
    id?: string | number;
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    userId?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ResendCouponsV11Answer;
    }>(`/v1.1/coupon/resend${QS.query(QS.explode({
        code,
        id,
        mobile,
        email,
        external_id: externalId,
        user_id: userId
    }))}`, {
        ...opts
    }));
}
/**
 * Redeem coupons, each by itself
 */
export function redeemCouponsV11({ userId, idempotencyKey, xCounterfoilHold, body }: {
    userId?: string | boolean;
    idempotencyKey?: string;
    xCounterfoilHold?: string;
    body: RedeemCouponsV11Body;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RedeemCouponsV11Answer;
    }>(`/v1.1/coupon/redeem${QS.query(QS.explode({
        user_id: userId
    }))}`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey,
            "x-counterfoil-hold": xCounterfoilHold
        })
    })));
}
/**
 * Coupons by code, id and holder
 */
export function getCouponsV11({ code, id, issuedToIds, couponCodeCase, userId }: {
    code?: string | number;
    id?: string | number;
    issuedToIds?: string | number;
    couponCodeCase?: string | number;
    userId?: string | boolean;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCouponsV11Answer;
    }>(`/v1.1/coupon/get${QS.query(QS.explode({
        code,
        id,
        issuedToIds,
        coupon_code_case: couponCodeCase,
        user_id: userId
    }))}`, {
        ...opts
    }));
}
/**
 * Would these coupons be redeemed?
 */
export function isRedeemableV11({ code, details, couponCodeCase, mobile, email, externalId, id }: {
    code?: string | number;
    details?: string | boolean;
    couponCodeCase?: string | number;
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: IsRedeemableV11Answer;
    }>(`/v1.1/coupon/isredeemable${QS.query(QS.explode({
        code,
        details,
        coupon_code_case: couponCodeCase,
        mobile,
        email,
        external_id: externalId,
        id
    }))}`, {
        ...opts
    }));
}
/**
 * Coupon series with their counters
 */
export function getSeriesV11({ id, expired, limit, offset }: {
    id?: string | number;
    expired?: string | boolean;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetSeriesV11Answer;
    }>(`/v1.1/coupon/series${QS.query(QS.explode({
        id,
        expired,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * A customer’s coupon history
 */
export function getCustomerCouponsV11({ mobile, email, externalId, id, startDate, endDate, status, seriesId, storeId, orderBy, sortOrder, limit, offset }: {
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
    startDate?: string | number;
    endDate?: string | number;
    status?: string | number;
    seriesId?: string | number;
    storeId?: string | number;
    orderBy?: string | number;
    sortOrder?: string | number;
    limit?: string | number;
    offset?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCustomerCouponsV11Answer;
    }>(`/v1.1/customer/coupons${QS.query(QS.explode({
        mobile,
        email,
        external_id: externalId,
        id,
        start_date: startDate,
        end_date: endDate,
        status,
        series_id: seriesId,
        store_id: storeId,
        order_by: orderBy,
        sort_order: sortOrder,
        limit,
        offset
    }))}`, {
        ...opts
    }));
}
/**
 * What customers have redeemed
 */
export function getCustomerRedemptionsV11({ mobile, email, externalId, id, identifierName, identifierValue, $type, startDate, endDate, entityCode, couponsLimit, limit, couponsStartId, couponsEndId, sort, order, include, userId }: {
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
    identifierName?: string | number;
    identifierValue?: string | number;
    $type?: string | number;
    startDate?: string | number;
    endDate?: string | number;
    entityCode?: string | number;
    couponsLimit?: string | number;
    limit?: string | number;
    couponsStartId?: string | number;
    couponsEndId?: string | number;
    sort?: string | number;
    order?: string | number;
    include?: string | number;
    userId?: string | boolean;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCustomerRedemptionsV11Answer;
    }>(`/v1.1/customer/redemptions${QS.query(QS.explode({
        mobile,
        email,
        external_id: externalId,
        id,
        identifierName,
        identifierValue,
        "type": $type,
        start_date: startDate,
        end_date: endDate,
        entity_code: entityCode,
        coupons_limit: couponsLimit,
        limit,
        coupons_start_id: couponsStartId,
        coupons_end_id: couponsEndId,
        sort,
        order,
        include,
        user_id: userId
    }))}`, {
        ...opts
    }));
}
/**
 * Customers with their coupons
 */
export function getCustomersV11({ mobile, email, externalId, id, userId, couponLimit, couponOffset, couponOrderBy, couponSortOrder, couponActive, couponStatus, couponOffer, couponOrgEntityType, couponOrgEntityValue }: {
    mobile?: string | number;
    email?: string | number;
    externalId?: string | number;
    id?: string | number;
    userId?: string | boolean;
    couponLimit?: string | number;
    couponOffset?: string | number;
    couponOrderBy?: string | number;
    couponSortOrder?: string | number;
    couponActive?: string | boolean;
    couponStatus?: string | number;
    couponOffer?: string | number;
    couponOrgEntityType?: string | number;
    couponOrgEntityValue?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetCustomersV11Answer;
    }>(`/v1.1/customer/get${QS.query(QS.explode({
        mobile,
        email,
        external_id: externalId,
        id,
        user_id: userId,
        coupon_limit: couponLimit,
        coupon_offset: couponOffset,
        coupon_order_by: couponOrderBy,
        coupon_sort_order: couponSortOrder,
        coupon_active: couponActive,
        coupon_status: couponStatus,
        coupon_offer: couponOffer,
        coupon_org_entity_type: couponOrgEntityType,
        coupon_org_entity_value: couponOrgEntityValue
    }))}`, {
        ...opts
    }));
}
/**
 * Register customers, or update those who exist
 */
export function addCustomersV11({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: AddCustomersV11Body;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: AddCustomersV11Answer;
    }>("/v1.1/customer/add", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Change customers
 */
export function updateCustomersV11({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: AddCustomersV11Body;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: AddCustomersV11Answer;
    }>("/v1.1/customer/update", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Replace identifiers of customers
 */
export function updateIdentitiesV11({ idempotencyKey, body }: {
    idempotencyKey?: string;
    body: UpdateIdentitiesV11Body;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: UpdateIdentitiesV11Answer;
    }>("/v1.1/customer/update_identity", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The customer with an identifier
 */
export function searchCustomersV11({ q, start, rows }: {
    q?: string | number;
    start?: string | number;
    rows?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SearchCustomersV11Answer;
    }>(`/v1.1/customer/search${QS.query(QS.explode({
        q,
        start,
        rows
    }))}`, {
        ...opts
    }));
}
/**
 * A store
 */
export function getStoreV11({ id, externalId, code }: {
    id?: string | number;
    externalId?: string | number;
    code?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: GetStoreV11Answer;
    }>(`/v1.1/store/get${QS.query(QS.explode({
        id,
        external_id: externalId,
        code
    }))}`, {
        ...opts
    }));
}
/**
 * Tills, stores, zones and concepts
 */
export function listEntitiesV11({ $type, id, parentIdentifierType, parentIdentifierValue, includeParent, details, excludeLocale, activeOnly, modifiedSince, startId, limit }: {
    $type?: string | number;
    id?: string | number;
    parentIdentifierType?: string | number;
    parentIdentifierValue?: string | number;
    includeParent?: string | boolean;
    details?: string | number;
    excludeLocale?: string | number;
    activeOnly?: string | boolean;
    modifiedSince?: string | number;
    startId?: string | number;
    limit?: string | number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ListEntitiesV11Answer;
    }>(`/v1.1/organization/entities${QS.query(QS.explode({
        "type": $type,
        id,
        parent_identifier_type: parentIdentifierType,
        parent_identifier_value: parentIdentifierValue,
        include_parent: includeParent,
        details,
        exclude_locale: excludeLocale,
        active_only: activeOnly,
        modified_since: modifiedSince,
        start_id: startId,
        limit
    }))}`, {
        ...opts
    }));
}
